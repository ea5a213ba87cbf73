"""Running a coroutine to its end wherever a test stands: another test's browser may keep a loop open in this thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def finished(main):
    """What the coroutine returns or raises, from a loop in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, main).result()
