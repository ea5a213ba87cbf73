"""Property tests draw the same examples in every run, so that a red run is red again; `HYPOTHESIS_PROFILE=explore` looks further."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
