"""How the inner loops are compiled: on first use, and kept on disk. The only place that knows the compiler."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import Any

from numba import njit


def compiled(function) -> Any:
    """Kept on disk where there is a place that can be written to, else compiled anew by every process."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba's word for: no such place
        return njit(nogil=True)(function)
