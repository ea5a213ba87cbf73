"""Compiling ahead: every loop, told from cold, and harmless where nothing can be kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLD = "from framework.simulation.warm import LOOPS, is_cold; print([is_cold(policy) for policy in LOOPS])"
NOWHERE = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "NUMBA_CACHE_DIR": os.devnull + "/cache"}
"""No folder can stand below a file, whoever asks for it, and no other place is tried."""


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=300, cwd=ROOT, env=env)


@pytest.fixture(scope="module")
def warmed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    assert python("-c", COLD, NUMBA_CACHE_DIR=str(folder)).stdout.strip() == "[True, True, True]"
    done = python("-m", "framework.simulation.warm", NUMBA_CACHE_DIR=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_after_warming_no_loop_is_cold_and_nothing_is_compiled_any_more(warmed):
    kept = {"NUMBA_CACHE_DIR": str(warmed)}
    single = "lane_kernel.refuse_lanes, refuse_kernel.refuse_lane, kernels.wait_lane, kernels.retry_lane, cache_kernel.found_in_cache"
    blocks = "block_kernel.refuse_by_blocks, block_kernel.block_sums"
    charges = "charge_kernel.own_tokens, charge_kernel.whole_tokens, charge_kernel.long_apart, charge_kernel.money"
    loops = f"({single}, {blocks}, {charges})"
    modules = "block_kernel, cache_kernel, charge_kernel, kernels, lane_kernel, refuse_kernel, warm"
    counted = f"print([(sum(loop.stats.cache_hits.values()), sum(loop.stats.cache_misses.values())) for loop in {loops}])"
    again = python("-c", f"{COLD}; from framework.simulation import {modules}; warm.warm(); {counted}", **kept)
    assert again.stdout.splitlines() == ["[False, False, False]", str([(1, 0)] * 11)]


def test_an_index_older_than_the_source_does_not_count(warmed, tmp_path):
    copied = shutil.copytree(warmed, tmp_path / "kept")
    for index in copied.rglob("kernels.wait_lane-*.nbi"):
        os.utime(index, (1, 1))
    assert python("-c", COLD, NUMBA_CACHE_DIR=str(copied)).stdout.strip() == "[False, True, False]"


def test_where_nothing_can_be_kept_warming_succeeds_and_everything_stays_cold():
    warmed = python("-m", "framework.simulation.warm", **NOWHERE)
    assert (warmed.returncode, warmed.stderr) == (0, "")
    assert python("-c", COLD, **NOWHERE).stdout.strip() == "[True, True, True]"
