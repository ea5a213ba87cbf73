import base64
import contextlib
import datetime as dt
import hashlib
import json
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import LinkError
from framework.flat import flat, from_flat
from framework.link import MAX_JSON_BYTES, Shared, decode, encode
from framework.link_words import WORDS
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Workload

ON = dt.date(2026, 11, 23)
SHARED = Shared(Workload(), Priorities(), ON, "abcdef012345")


LINKS = Path(__file__).with_name("links")
FIRST, SECOND = (json.loads((LINKS / f"{name}.json").read_text()) for name in ("first", "second"))
EVALS = {
    "openai/gpt-6-sol": {"pass_rate": 0.91, "n": 200},
    "anthropic/claude-sonnet-5-5": {"pass_rate": 0.925, "n": 200},
    "google/gemini-3.8-flash": {"pass_rate": 0.84, "n": 180},
    "anthropic/claude-haiku-5-5": {"pass_rate": 0.79, "n": 200},
    "openai/gpt-6-luna": {"pass_rate": 0.81, "n": 200},
}
READINGS = [
    {"at_input_tokens": 1_000, "n": 60, "p50_s": 0.81, "p95_s": 1.9, "warm_p50_s": 0.6},
    {"at_input_tokens": 50_000, "n": 60, "p50_s": 1.43, "p95_s": 3.31},
]
RICH = {
    "conversation": {"turns": 24, "user_tokens": 180, "pause_s": 45, "cached": False},
    "retrieval": {"documents": 250_000, "document_tokens": 4_321, "document_p95_tokens": 12_000, "overlap_share": 0.15, "top_k": 12},
    "history": {"kept_turns": 4, "summary_tokens": 700},
    "billing": {"service": "flex", "discounts": {"openai": 0.1, "anthropic": 0.05}, "gateway_fee": 0.055, "billed_failures": 0.01},
    "tools": {"web_searches": 0.3, "file_searches": 1, "code_sessions": 0.05},
    "task": {"calls": 6, "round_trips": 2, "success_rate": 0.8, "success_rates": {"openai/gpt-6-sol": 0.91}},
    "clients": {"policy": "retry", "target_share": 0.995, "max_wait_s": 4, "retries": 3},
    "own_limits": {
        "openai/gpt-6-sol": {"rpm": 7_500, "tpm": 3_000_000, "origin": "headers", "seen": "2026-11-20"},
        "anthropic/claude-sonnet-5-5": {"itpm": 4_000_000, "otpm": 800_000, "monthly_cap_usd": 20_000},
    },
    "own_latency": {
        "openai/gpt-6-sol": {"readings": READINGS, "tps": 92.5, "seen": "2026-11-19", "region": "eu-central"},
        "anthropic/claude-opus-5-5": {"readings": READINGS[:1], "tps": 71.3, "thinks": True, "effort": "high", "seen": "2026-11-21"},
    },
    "evals": EVALS,
    "baseline": "openai/gpt-5.4",
}


def token_of(content: object, version: str = "2") -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    packer = zlib.compressobj(zdict=WORDS if version == "2" else b"")
    return f"{version}." + base64.urlsafe_b64encode(packer.compress(text.encode()) + packer.flush()).decode().rstrip("=")


def content_of(token: str) -> dict:
    packed = base64.urlsafe_b64decode(token[2:] + "==")
    return json.loads(zlib.decompressobj(zdict=WORDS).decompress(packed))


def as_controls_hold_it(shared: Shared) -> Shared:
    """Every number a float: number boxes know no others."""
    table = {path: float(item) if type(item) is int else item for path, item in flat(shared.workload, shared.priorities).items()}
    return Shared(*from_flat(table), shared.on, shared.digest)


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.id)
def test_every_preset_survives_the_link(preset):
    shared = Shared(preset.workload, preset.priorities, ON, "0123456789ab")
    token = encode(shared)
    assert decode(token) == shared
    assert len(token) < 260


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.id)
def test_a_preset_with_every_rich_part_has_a_short_link(preset):
    workload = Workload.model_validate(preset.workload.model_dump(mode="json") | RICH)
    shared = Shared(workload, preset.priorities, ON, "0123456789ab")
    assert decode(encode(shared)) == shared
    assert len(encode(shared)) < 800


def test_a_number_has_the_same_link_however_it_was_entered():
    whole = Shared(Workload.model_validate(RICH), Priorities(), ON, "0123456789ab")
    assert encode(as_controls_hold_it(whole)) == encode(whole) == encode(decode(encode(whole)))


@pytest.mark.parametrize(("version", "name"), [(version, name) for version, links in (("1", FIRST), ("2", SECOND)) for name in links])
def test_a_link_that_was_sent_once_opens_for_ever(version, name):
    link = {"1": FIRST, "2": SECOND}[version][name]
    shared = decode(link["token"])
    assert link["token"].startswith(f"{version}.")
    assert shared.workload == Workload.model_validate(link["workload"])
    assert shared.priorities == Priorities.model_validate(link["priorities"])
    assert (shared.on, shared.digest) == (dt.date(2026, 11, 29), "8f3c0a91d2b4")


def test_a_link_of_the_first_version_goes_on_as_a_shorter_one():
    for link in FIRST.values():
        shared = decode(link["token"])
        assert len(encode(shared)) < 0.5 * len(link["token"])
        assert decode(encode(shared)) == shared


def test_the_words_that_links_are_packed_against_never_change():
    assert hashlib.sha256(WORDS).hexdigest() == "27e0c1277de92f743f55615fcd531faf3b93e43944cdaf3b909a3d29926189c0"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '#eval("1")', "x" * 200, "工作负载", "حمولة العمل", "🦑🔥", "a'b\"c\\d"])
def test_hostile_names_travel_as_they_are(name):
    shared = Shared(Workload(name=name), Priorities(), ON, "0")
    assert decode(encode(shared)).workload.name == name


def test_all_fields_travel_so_that_a_changed_default_changes_no_old_link():
    content = content_of(encode(SHARED))
    assert content["w"]["traffic"] == {
        "requests_per_day": 10_000,
        "active_hours": 24,
        "starts_utc": None,
        "peak_factor": 3,
        "batch_share": 0,
        "growth_per_month": 0,
        "shape": "working_day",
        "trace": None,
        "burstiness": 1,
        "ramp_minutes": 5,
        "users": None,
    }
    assert set(content["w"]) == set(Workload.model_fields)
    assert all(content["w"][part] for part in ("retrieval", "history"))


@pytest.mark.parametrize("cut", [1, 2, 5, 50, 100])
def test_a_truncated_link_is_refused_and_says_so(cut):
    with pytest.raises(LinkError, match=r"cut off|damaged|beginning|characters"):
        decode(encode(SHARED)[:-cut])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.",
        "2.",
        "2.abc",
        "3.abc",
        "1.abc",
        "1.@@@@",
        "1.YWJj",
        "1.%zz",
        "null",
        "1." + "A" * 20_000,
        "1.é",
        "1." + "A" * 4,
        "2." + "A" * 40,
    ],
)
def test_nonsense_is_refused(text):
    with pytest.raises(LinkError):
        decode(text)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bomb_is_refused_without_unpacking_it(version):
    bomb = token_of("0" * 8_000_000, version)
    with pytest.raises(LinkError, match="more than any workload"):
        decode(bomb)
    assert MAX_JSON_BYTES == 65_536


@pytest.mark.parametrize(
    "text",
    [
        '{"w": {"traffic": {"requests_per_day": 1e999}}, "p": {}, "on": "2026-11-23", "d": ""}',
        '{"w": {"traffic": {"requests_per_day": NaN}}, "p": {}, "on": "2026-11-23", "d": ""}',
        '{"w": {"name": "\\ud800"}, "p": {}, "on": "2026-11-23", "d": ""}',
        '{"w": {}, "w": {}, "p": {}, "on": "2026-11-23", "d": ""}',
        '{"w": {"extra": 1}, "p": {}, "on": "2026-11-23", "d": ""}',
        '{"w": {}, "p": {"weights": {"cost": -1}}, "on": "2026-11-23", "d": ""}',
        '{"w": {}, "p": {}, "on": "yesterday", "d": ""}',
        '{"w": {}}',
        "[]",
        "[" * 5000,
    ],
)
def test_values_that_no_workload_holds_are_refused(text):
    with pytest.raises(LinkError):
        decode(token_of(text))


@given(st.text(max_size=300))
def test_any_text_is_either_a_workload_or_a_clear_refusal(text):
    try:
        decode(text)
    except LinkError as error:
        assert str(error).endswith(".")


def test_flipped_bytes_never_do_more_than_refuse():
    token = encode(SHARED)
    pick = random.Random(7)
    for _ in range(2_000):
        at = pick.randrange(2, len(token))
        changed = token[:at] + pick.choice("ABCabc019-_") + token[at + 1 :]
        with contextlib.suppress(LinkError):
            assert decode(changed).workload is not None
