"""A trace in the project's own compact form: `time_us,input_tokens,output_tokens` and the user where known, packed with gzip."""

from __future__ import annotations

import gzip

import numpy as np

from framework.simulation.arrivals import Arrivals

HEADER = "time_us,input_tokens,output_tokens"


def compact(arrivals: Arrivals) -> bytes:
    """A `.csv.gz` that `read_trace` reads back to the same integers; it carries no date, so that the same requests give the same bytes.

    `starts_s` has no place in it.
    """
    columns = [arrivals.time_us, arrivals.input_tokens, arrivals.output_tokens]
    header = HEADER
    if arrivals.user is not None:
        columns, header = [*columns, arrivals.user], f"{HEADER},user"
    rows = np.stack(columns, axis=1).tolist()
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    return gzip.compress(f"{header}\n{text}".encode(), 9, mtime=0)
