"""Profiles as the probe writes them, read back; and files that no probe wrote."""

import datetime as dt

import pytest
from report.studies import ON, catalogue

from framework.catalogue.own_profile import merged, offer_named, parse_profile, read_profiles
from framework.errors import DocumentError, FourAxesError, ProfileError
from framework.providers import LLMResponse
from framework.providers.measure import Probe
from framework.providers.plan import ProbePlan
from framework.providers.profile import About, as_yaml, profile
from framework.providers.samples import Group, Sample


class Named:
    """All that a profile asks of a provider."""

    name = "beta/bolt"


def group(tokens: int, cache: str, seconds: list[float], cached: int | None = 0) -> Group:
    samples = [
        Sample(LLMResponse("x" * 500, tokens + 20, 100, "m", cached_tokens=cached, reasoning_tokens=0), s, s + 0.99, s + 1, 50)
        for s in seconds
    ]
    return Group(tokens, cache, samples)


def probe(*groups: Group, ended: str | None = None) -> Probe:
    plan = ProbePlan(tuple({group.prompt_tokens for group in groups}) or (1_000,))
    return Probe(Named(), plan, groups={(each.prompt_tokens, each.cache): each for each in groups}, ended=ended)


def written(*groups: Group, **about: object) -> str:
    return as_yaml(profile(probe(*groups), About(**{"measured": "2026-11-20", **about})))


USUAL = (group(1_000, "cold", [0.5] * 40), group(10_000, "cold", [0.9] * 10), group(1_000, "warm", [0.3] * 10, cached=1_000))


def parsed(text: str):
    return parse_profile(text.encode(), "profile.yaml", catalogue(), ON)


def test_a_profile_becomes_the_latency_of_its_offer():
    offer, own = parsed(written(*USUAL, region="eu, office", effort="Low"))
    assert offer == "beta/bolt"
    assert (own.seen, own.region, own.effort, own.thinks) == (dt.date(2026, 11, 20), "eu, office", "low", False)
    # 100 visible tokens, 99 of them in 0.99 s.
    assert own.tps == 100
    assert [reading.model_dump() for reading in own.readings] == [
        {"at_input_tokens": 1_020, "n": 40, "p50_s": 0.5, "p95_s": 0.5, "warm_p50_s": 0.3},
        {"at_input_tokens": 10_020, "n": 10, "p50_s": 0.9, "p95_s": None, "warm_p50_s": None},
    ]


def test_tokens_that_came_from_a_cache_all_the_same_are_not_counted_as_read_in():
    _, own = parsed(written(group(1_000, "cold", [0.5] * 5, cached=510)))
    assert own.readings[0].at_input_tokens == 510  # half of 1,020


def test_a_length_with_too_few_replies_is_left_out_and_one_such_alone_is_refused():
    _, own = parsed(written(group(1_000, "cold", [0.5] * 5), group(9_000, "cold", [0.9] * 4)))
    assert [reading.n for reading in own.readings] == [5]
    with pytest.raises(
        ProfileError, match=r"profile.yaml:\d+: readings: no prompt length has 5 cold replies that were timed: measure more"
    ):
        parsed(written(group(9_000, "cold", [0.9] * 4), group(1_000, "warm", [0.5] * 10)))


def test_the_offer_is_the_one_that_is_written_in_else_that_of_the_name():
    assert parsed(written(*USUAL, offer="gamma/reed"))[0] == "gamma/reed"
    with pytest.raises(ProfileError, match=r"profile.yaml:6: offer: no offer 'gamma/rood'; the closest are .*; write the id of the offer"):
        parsed(written(*USUAL, offer="gamma/rood"))
    with pytest.raises(ProfileError, match="offer: null, and the catalogue has no such model"):
        parsed(written(*USUAL).replace('"bolt"', '"my-own"'))
    assert offer_named("groq/openai/gpt-oss-120b", catalogue(real=True)) == "groq/gpt-oss-120b"
    gemini = next(offer.id for offer in catalogue(real=True).offers if offer.id.startswith("google/"))
    assert offer_named(gemini.replace("google/", "gemini/"), catalogue(real=True)) == gemini
    assert offer_named("vllm/my-own", catalogue(real=True)) is None


def test_a_day_to_come_is_refused():
    with pytest.raises(ProfileError, match=r"profile.yaml:8: measured: 2027-01-01 is still to come: correct the day"):
        parsed(written(*USUAL, measured="2027-01-01"))


USUAL_TEXT = written(*USUAL)
BOMB = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "profile.yaml:1: the file is empty"),
        ("traffic: {requests_per_day: 5}\n", "profile.yaml:1: this is no latency profile: give the file that `fouraxes probe` wrote"),
        ("- 1\n", "this is no latency profile"),
        (BOMB, "profile.yaml:1: an anchor"),
        (USUAL_TEXT + "x" * 1_000_001, "more than 1,000,000 bytes; split the file"),
        (USUAL_TEXT + 'region: "twice"\n', "'region' is already given on line 7; keep one of the two"),
        (USUAL_TEXT.replace("version: 1", "version: 2"), "version: must be one of 1, not 2"),
        (USUAL_TEXT + "keys: sk-x\n", "keys: unknown key; delete it"),
        (USUAL_TEXT.replace("tps:", "tbs:"), "tbs: unknown key; did you mean 'tps'?"),
        (USUAL_TEXT.replace("p50: 0.5,", "p50: .nan,"), ".nan is not a usable number; write null where a value is not known"),
        (USUAL_TEXT.replace("p50: 0.5,", "p50: -0.5,"), "p50: must be more than 0, not -0.5"),
        (USUAL_TEXT.replace("p50: 0.5,", "p50: 1e300,"), "p50: must be at most 86,400"),
        (USUAL_TEXT.replace("p50: 0.5,", 'p50: "0.5",'), "p50: must be a number"),
        (USUAL_TEXT.replace("p50: 0.5,", "p50: 0.6,"), "min, p50, p95 and max must rise"),
        (USUAL_TEXT.replace("n: 40\n", "n: 39\n"), "a p95 of 39 replies says nothing"),
        (USUAL_TEXT.replace("n: 40\n", "n: 0\n"), "n and ttft_s contradict each other"),
        (USUAL_TEXT.replace("cached_share: 0.0", "cached_share: 1.5"), "cached_share: must be at most 1"),
        (USUAL_TEXT.replace("effort: null", 'effort: "<b>"'), "effort: '<b>' is not of the form"),
        (USUAL_TEXT.replace("region: null", r'region: "a\u0085b"'), "escaped control character"),
        (USUAL_TEXT.replace('"2026-11-20"', "soon"), "measured: must be a day such as 2026-10-08"),
        ("[" * 5_000, "profile.yaml:1:"),
        ("\x00", "invisible control character"),
    ],
)
def test_a_hostile_file_gets_a_message_with_place_and_cure(text, said):
    with pytest.raises(FourAxesError) as caught:
        parsed(text)
    assert (
        said in str(caught.value)
        and str(caught.value).startswith("profile.yaml:")
        and isinstance(caught.value, DocumentError | ProfileError)
    )


def test_files_are_read_by_path_and_one_offer_has_one_file(tmp_path):
    path, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    path.write_text(USUAL_TEXT)
    other.write_text(written(*USUAL, offer="gamma/reed"))
    assert set(read_profiles([path, other], catalogue(), ON)) == {"beta/bolt", "gamma/reed"}
    with pytest.raises(ProfileError, match="another profile of beta/bolt was given before it"):
        read_profiles([path, path], catalogue(), ON)
    with pytest.raises(ProfileError, match="cannot be read: No such file or directory; check the path"):
        read_profiles([tmp_path / "none.yaml"], catalogue(), ON)


def test_a_new_profile_takes_the_place_of_an_older_one_under_whatever_name():
    kept = merged({"beta/bolt-2026-09-01": "old", "alpha/sage-2": "other", "gone/offer": "kept"}, {"beta/bolt": "new"}, catalogue())
    assert kept == {"alpha/sage-2": "other", "gone/offer": "kept", "beta/bolt": "new"}


def test_whether_it_thought_is_told_by_the_replies_before_the_effort():
    def thinks(reasoning: int | None, effort: str | None, content: str = "x" * 500) -> bool | None:
        sample = Sample(LLMResponse(content, 1_000, 100, "m", reasoning_tokens=reasoning), 0.5, 1.0, 1.0, 50)
        made = probe(Group(1_000, "cold", [sample] * 5))
        return profile(made, About("2026-11-20", effort=effort))["thinks"]

    assert [thinks(0, "high"), thinks(64, None), thinks(None, "none"), thinks(None, None, "x" * 50)] == [False, True, False, True]
    nothing = probe(Group(1_000, "cold"))
    assert [profile(nothing, About("2026-11-20", effort=effort))["thinks"] for effort in (None, "none", "low")] == [None, False, True]


def test_why_it_ended_is_one_printable_line():
    made = probe(*USUAL, ended="bad\x85 reply\u2028of\nmany lines " + "x" * 2_000)
    text = as_yaml(profile(made, About("2026-11-20")))
    assert parsed(text)[0] == "beta/bolt" and "bad  reply of many lines" in text
