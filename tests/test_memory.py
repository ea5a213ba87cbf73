import platform
import subprocess
import sys

import pytest

from framework import memory

USED = """
import numpy as np, resource
from framework.memory import keep_freed_memory
assert {keep} is False or keep_freed_memory()
def work():
    held = [np.ones(65_536) for _ in range(40)]
    del held
for _ in range(3):
    work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(keep: bool) -> int:
    run = subprocess.run([sys.executable, "-c", USED.format(keep=keep)], capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library has the setting")
def test_memory_that_was_given_back_is_used_again_without_asking_the_system():
    # 40 arrays of 128 pages each, twenty times over, are 102,400 pages if every one is asked for anew.
    assert page_faults(keep=True) < 2_000


def test_a_c_library_without_the_setting_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())
    assert memory.keep_freed_memory() is False
