import base64
import contextlib
import datetime as dt
import json
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import LinkError
from framework.link import MAX_JSON_BYTES, Shared, decode, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Workload

ON = dt.date(2026, 11, 23)
SHARED = Shared(Workload(), Priorities(), ON, "abcdef012345")


def token_of(content: object) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    return "1." + base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


def content_of(token: str) -> dict:
    packed = base64.urlsafe_b64decode(token[2:] + "==")
    return json.loads(zlib.decompress(packed))


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.id)
def test_every_preset_survives_the_link(preset):
    shared = Shared(preset.workload, preset.priorities, ON, "0123456789ab")
    token = encode(shared)
    assert decode(token) == shared
    assert len(token) < 1_200


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


@pytest.mark.parametrize("cut", [1, 2, 5, 50, 100])
def test_a_truncated_link_is_refused_and_says_so(cut):
    with pytest.raises(LinkError, match=r"cut off|damaged|beginning|characters"):
        decode(encode(SHARED)[:-cut])


@pytest.mark.parametrize(
    "text",
    ["", "1.", "2.abc", "1.@@@@", "1.YWJj", "1.%zz", "null", "1." + "A" * 20_000, "1.é", "1." + "A" * 4],
)
def test_nonsense_is_refused(text):
    with pytest.raises(LinkError):
        decode(text)


def test_a_bomb_is_refused_without_unpacking_it():
    bomb = "1." + base64.urlsafe_b64encode(zlib.compress(b"0" * 8_000_000, 9)).decode().rstrip("=")
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
