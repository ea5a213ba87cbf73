"""How the process keeps the memory that arrays give back."""

from __future__ import annotations

import ctypes

# From malloc.h of the GNU C library.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 256 * 2**20


def keep_freed_memory() -> bool:
    """Let freed memory of up to 256 MB stay with the process instead of going back to the system after every array.

    A bill of many loads makes and frees some forty arrays of half a megabyte; asking the system for each of them anew costs as much as the
    arithmetic. For programs, not for libraries: it concerns the whole process. False where the C library has no such setting.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, 32 * 2**20)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT_BYTES))
