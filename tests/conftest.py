"""What holds for all tests: the examples of properties, and who runs what where several processes share the tests.

Property tests draw the same examples in every run, so that a red run is red again; `HYPOTHESIS_PROFILE=explore` looks further.
"""

import os
from pathlib import PurePosixPath

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

BROWSER = "_in_chromium"
TOGETHER = ("test_calibration", "test_warm")
"""Files whose tests share what takes long to make."""
AHEAD = 24
"""Tests that a process knows of before it needs them."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """One process has the only browser and server, each file of `TOGETHER` one process, and every other test goes to who is free.

    The marks that xdist has for it are without effect in pytest 9.2: https://github.com/pytest-dev/pytest-xdist/issues/1386
    """
    from xdist.scheduler import LoadScopeScheduling

    class Shared(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            name = PurePosixPath(nodeid.partition("::")[0]).stem
            return BROWSER if name.endswith(BROWSER) else name if name in TOGETHER else nodeid

        def _reschedule(self, node) -> None:
            super()._reschedule(node)
            # A test that takes a millisecond must not wait for a message to come and go.
            while self.workqueue and not node.shutting_down and self._pending_of(self.assigned_work[node]) < AHEAD:
                self._assign_work_unit(node)

    return Shared(config, log)
