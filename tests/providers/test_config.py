"""`llm.yaml`: what it can say, and that it refuses the rest with file, line and cure."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from providers.loops import finished
from providers.makers import KEY, Fake, ask, provider, read
from providers.wire import ANSWER, PIECES, Wire

from framework.providers import (
    AnthropicProvider,
    AuthenticationFailed,
    ConfigError,
    Fallback,
    LLMProvider,
    OpenAIProvider,
    ProviderError,
    Split,
    TimedOut,
    config,
    load_provider,
)
from framework.providers.budget import Budgeted

PRIVATE = {"inner.example": ["10.0.0.5"], "outer.example": ["93.184.216.34"], "mixed.example": ["93.184.216.34", "127.0.0.1"]}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY", "OUR_KEY"):
        monkeypatch.setenv(variable, f"{KEY}-{variable[:2]}")


def load(tmp_path: Path, text: str, **settings) -> LLMProvider:
    path = tmp_path / "llm.yaml"
    path.write_text(text)
    return load_provider(path, resolving=lambda host: PRIVATE.get(host, []), **settings)


def refusal(tmp_path: Path, text: str, **settings) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **settings)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}/llm.yaml:"), message
    return message.removeprefix(f"{tmp_path}/llm.yaml:")


def test_one_line_is_a_configuration(tmp_path: Path) -> None:
    llm = load(tmp_path, "primary: openai/gpt-6-sol\n")
    assert isinstance(llm, OpenAIProvider) and llm.name == "openai/gpt-6-sol" and llm.timeout_s == 60


def test_a_budget_also_ends_the_retries_of_a_provider_alone(tmp_path: Path, wire: Wire) -> None:
    rest = f"max_retries: 9\nproviders:\n  openai: {{base_url: '{wire.base}/v1', key_env: OUR_KEY}}\n"
    settings = {"allow_hosts": ("127.0.0.1",)}
    llm = load(tmp_path, f"primary: openai/gpt-6-sol\nbudget_s: 0.3\nattempts: 3\n{rest}", **settings)
    assert llm.name == "openai/gpt-6-sol"
    began = perf_counter()
    with pytest.raises(TimedOut, match=r"openai/gpt-6-sol: no answer within the budget of 0\.3 s; raise budget_s"):
        ask(llm, "503")
    assert perf_counter() - began < 1.0, "nine retries, the first after half a second"
    assert ask(load(tmp_path, f"primary: openai/gpt-6-sol\nbudget_s: 5\n{rest}", **settings), "hi").content == ANSWER


def test_a_budget_of_a_stream_alone_ends_with_its_first_visible_piece(wire: Wire) -> None:
    assert isinstance(read(Budgeted(provider("openai", wire), 0.1), "thinks")[2], TimedOut)
    pieces, stream, error = read(Budgeted(provider("openai", wire), 0.5), "thinks")
    assert error is None and pieces == list(PIECES) and stream.response.content == "".join(PIECES)


def test_switching_the_provider_is_editing_one_line(tmp_path: Path, wire: Wire) -> None:
    path = tmp_path / "llm.yaml"
    rest = (
        f"timeout_s: 5\nproviders:\n  openai: {{base_url: '{wire.base}/v1', key_env: OUR_KEY}}\n"
        f"  anthropic: {{base_url: '{wire.base}', key_env: OUR_KEY}}\n"
    )
    answered = []
    for line in ("primary: openai/gpt-6-sol\n", "primary: anthropic/claude-opus-5-5\n"):
        path.write_text(line + rest)
        response = ask(load_provider(path, allow_hosts=["127.0.0.1"]), "plain")
        assert response.content == ANSWER
        answered.append((response.provider, response.input_tokens, response.finish_reason))
    assert answered == [("openai/gpt-6-sol", 20, "stop"), ("anthropic/claude-opus-5-5", 20, "stop")]
    assert [request["model"] for request in wire.requests] == ["gpt-6-sol", "claude-opus-5-5"]


def test_a_model_may_have_settings_that_another_of_its_provider_is_not_sent(tmp_path: Path, wire: Wire) -> None:
    rest = (
        f"providers:\n  openai: {{base_url: '{wire.base}/v1', key_env: OUR_KEY, timeout_s: 9, options: {{user: team}}}}\n"
        "  openai/gpt-6-sol: {options: {reasoning_effort: low}, timeout_s: 7}\n"
    )
    for model in ("gpt-6-sol", "gpt-4.1"):
        (tmp_path / "llm.yaml").write_text(f"primary: openai/{model}\n{rest}")
        llm = load_provider(tmp_path / "llm.yaml", allow_hosts=["127.0.0.1"])
        assert isinstance(llm, OpenAIProvider) and llm.timeout_s == (7 if model == "gpt-6-sol" else 9)
        ask(llm, "plain")
    thinking, plain = wire.requests
    assert thinking["reasoning_effort"] == "low" and "user" not in thinking
    assert "reasoning_effort" not in plain and plain["user"] == "team"


def test_the_example_in_the_docstring_is_a_configuration(tmp_path: Path) -> None:
    lines = config.__doc__.split("\n\n")[1]
    llm = load(tmp_path, lines.replace("llm.example.com", "outer.example"))
    assert isinstance(llm, Split)
    assert list(llm.arms.values()) == [pytest.approx(0.9), 0.1]
    first, second = llm.arms
    assert isinstance(first, Fallback) and isinstance(second, Fallback)
    assert [p.name for p in first.providers] == ["openai/gpt-6-sol", "anthropic/claude-haiku-5-5", "groq/openai/gpt-oss-120b"]
    assert [p.name for p in second.providers] == ["anthropic/claude-opus-5-5", "anthropic/claude-haiku-5-5", "groq/openai/gpt-oss-120b"]
    assert first.providers[1] is second.providers[1]
    assert [p.timeout_s for p in first.providers] == [30, 20, 30]
    assert first.providers[0]._options == {"reasoning_effort": "low"}
    assert first.providers[1]._cache_system is True
    assert first.providers[0]._retry.max_retries == 1
    assert (first._attempts, first._budget_s) == (3, 75)
    prices = llm._prices["openai/gpt-6-sol"]
    assert (prices.input_mtok, prices.output_mtok, prices.cache_read_mtok, prices.cache_write_mtok) == (2.5, 15, 0.25, 3.125)


def test_a_provider_that_is_not_used_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_KEY")
    assert load(tmp_path, "primary: openai/a\nproviders: {groq: {key_env: OUR_KEY}}\n").name == "openai/a"


def test_fallbacks_make_a_chain(tmp_path: Path) -> None:
    llm = load(tmp_path, "primary: openai/a\nfallback: [anthropic/b]\nbreaker: {failures: 2, cool_down_s: 10}\n")
    assert isinstance(llm, Fallback)
    assert [type(provider) for provider in llm.providers] == [OpenAIProvider, AnthropicProvider]
    rule = llm.breakers["openai/a"].rule
    assert (rule.failures, rule.cool_down_s) == (2, 10)


def test_only_the_last_provider_of_a_chain_is_waited_for(tmp_path: Path) -> None:
    llm = load(tmp_path, "primary: openai/a\nmax_retries: 1\nfallback: [groq/b, anthropic/c]\n")
    assert isinstance(llm, Fallback)
    assert [(p._retry.max_retries, p._retry.max_wait_s) for p in llm.providers] == [(1, 2.0), (1, 2.0), (1, 30.0)]
    alone = load(tmp_path, "primary: openai/a\n")
    assert (alone._retry.max_retries, alone._retry.max_wait_s) == (2, 30.0)


def test_an_arm_that_is_also_the_fallback_is_asked_once(tmp_path: Path) -> None:
    llm = load(tmp_path, "primary: openai/a\nfallback: [anthropic/b]\nsplit: {anthropic/b: 0.2}\n")
    assert isinstance(llm, Split)
    assert llm.arms.keys() == set(llm.arms) and [arm.name for arm in llm.arms] == ["fallback(openai/a, anthropic/b)", "anthropic/b"]


def test_the_caller_says_whom_a_call_is_for(tmp_path: Path) -> None:
    llm = load(tmp_path, "primary: openai/a\nsplit: {anthropic/b: 0.5}\n", split_key=lambda: "user-1")
    assert isinstance(llm, Split)
    fakes = {Fake(arm.name): share for arm, share in llm.arms.items()}
    twin = Split(fakes, key=llm._key)

    async def names() -> set[str]:
        return {(await twin.complete("", "hi")).provider for _ in range(10)}

    assert len(finished(names())) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: the file is empty; add a line"),
        ("- openai/a\n", "1: must be a mapping"),
        ("fallback: []\n", "1: primary is missing; add a line"),
        ("primary: openai/a\nprimry: x\n", "2: primry: is not known here; did you mean primary?"),
        ("primary: openai/a\nxyz: 1\n", "2: xyz: is not known here; known are primary, fallback"),
        ("primary: openai/a\nprimary: openai/b\n", "2: a name that stands on line 1 already; keep one of the two"),
        ("primary: openai/a\nproviders:\n  openai: {timeout_s: 1, timeout_s: 2}\n", "3: a name that stands on line 3 already"),
        ("primary: gpt-6-sol\n", "1: primary: 'gpt-6-sol' must be provider/model; providers are anthropic, openai, gemini"),
        ("primary: opnai/a\n", "1: primary: 'opnai/a' must be provider/model"),
        ("primary: openai/\n", "1: primary: 'openai/' must be provider/model"),
        ("primary: 3\n", "1: primary: must be a text"),
        ("primary: openai/a\nfallback: anthropic/b\n", "2: fallback: must be a list"),
        ("primary: openai/a\nfallback: [anthropic/b, anthropic/b]\n", "2: fallback: names a provider twice; take one out"),
        ("primary: openai/a\ntimeout_s: 0\n", "2: timeout_s: must be a number above 0 and at most 3600"),
        ("primary: openai/a\ntimeout_s: true\n", "2: timeout_s: must be a number"),
        ("primary: openai/a\ntimeout_s: .nan\n", "2: timeout_s: must be a number"),
        ("primary: openai/a\nmax_retries: 1.5\n", "2: max_retries: must be a whole number between 0 and 10"),
        ("primary: openai/a\nfallback: [anthropic/b]\nattempts: 0\n", "3: attempts: must be a whole number between 1 and 20"),
        (
            "primary: openai/a\nfallback: [anthropic/b]\nbudget_s: 60\n",
            "3: budget_s: leaves no time for a fallback after timeout_s (60) of openai/a; raise it",
        ),
        ("primary: openai/a\nsplit: {openai/a: 0.5}\n", "2: split: names the primary"),
        ("primary: openai/a\nsplit: {openai/b: 0.5, openai/c: 0.5}\n", "2: split: leaves nothing to the primary"),
        ("primary: openai/a\nsplit: {openai/b: 0}\n", "2: split.openai/b: must be a number above 0"),
        ("primary: openai/a\nproviders: {open: {}}\n", "2: providers.open: is not known here; did you mean openai?"),
        ("primary: openai/a\nproviders: {opnai/a: {}}\n", "2: providers.opnai/a: is not known here; did you mean openai?"),
        ("primary: openai/a\nproviders: {openai/: {}}\n", "2: providers.openai/: is not known here; did you mean openai?"),
        ("primary: openai/a\nproviders: {openai/a: {key_env: A_KEY}}\n", "2: providers.openai/a.key_env: is not known here"),
        ("primary: openai/a\nproviders: {openai/a: {cache_system: true}}\n", "2: providers.openai/a.cache_system: is not known here"),
        ("primary: openai/a\nproviders:\n  openai: {cache_system: true}\n", "3: providers.openai.cache_system: is not known here"),
        ("primary: anthropic/a\nproviders:\n  anthropic: {cache_system: 1}\n", "3: providers.anthropic.cache_system: must be true or"),
        (
            "primary: openai/a\nproviders:\n  openai: {options: {model: b}}\n",
            "3: providers.openai.options.model: is set by the call itself",
        ),
        ("primary: vllm/a\n", "1: vllm has no address of its own; add `providers: {vllm: {base_url: ...}}`"),
        ("primary: openai/a\nsplit: {openai/b: 0.1}\nprices: {openai/a: {input: 1}}\n", "3: prices.openai/a: needs input and output"),
        ("primary: openai/a\nprices: {openai/a: {input: -1, output: 2}}\n", "2: prices.openai/a.input: must be a number of 0 or more"),
        ("primary: openai/a\nattempts: none\n", "2: attempts: must be a whole number"),
        ("primary: openai/a\nbreaker: {failures: 0}\n", "2: breaker.failures: must be a whole number between 1 and 1000"),
        ("primary: openai/a\nproviders: {groq: {timeout_s: -1}}\n", "2: providers.groq.timeout_s: must be a number above 0"),
        ("primary: openai/a\nproviders: {groq: {key_env: our_key}}\n", "2: providers.groq.key_env: must be the name of an environment"),
        ("primary: openai/a\nproviders: {groq: {base_url: 'http://127.0.0.1'}}\n", "2: providers.groq.base_url: leads to an inner"),
        ("primary: &x openai/a\n", "1: an anchor or alias"),
        ("primary: !!python/name:os.system openai/a\n", "1: a tag (!)"),
        ("primary: openai/a\n<<: {timeout_s: 1}\n", "2: a name must be plain text; merges"),
        ("primary: openai/a\n---\nprimary: openai/b\n", "2: a second document starts here"),
        ("primary: openai/a\n  timeout_s: 1\n", "2: not valid YAML; check the indentation"),
        ("primary: [openai/a\n", "2: not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_cure(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, text).startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "primary: openai/a\napi_key: {key}\n",
        "primary: openai/a\nproviders:\n  openai: {{api_key: {key}}}\n",
        "primary: openai/a\nproviders:\n  openai: {{options: {{authorization: {key}}}}}\n",
        "primary: openai/a\nproviders:\n  openai: {{options: {{user: {key}}}}}\n",
        "primary: openai/a\nproviders:\n  openai: {{key_env: {key}}}\n",
        "primary: openai/a\nproviders:\n  openai: {{options: {{{key}: 1}}}}\n",
        "primary: {key}\n",
        "{key}: openai/a\n",
        "primary: openai/a\npassword: hunter2hunter2\n",
        "primary: openai/a\nsecret_token: hunter2hunter2\n",
        "primary: openai/a\nx: [{key}\n",
    ],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    message = refusal(tmp_path, text.format(key=KEY))
    assert KEY not in message and "hunter2" not in message
    assert "key" in message or "not valid YAML" in message


def test_the_name_of_a_variable_is_no_key(tmp_path: Path) -> None:
    text = "primary: openai/a\nproviders:\n  openai: {key_env: OUR_KEY, options: {prompt_cache_key: team-7}}\n"
    llm = load(tmp_path, text)
    assert isinstance(llm, OpenAIProvider) and llm._key.value.endswith("-OU")


@pytest.mark.parametrize("name", ["our_key", "hunter2", "OUR KEY"])
def test_what_is_no_name_of_a_variable_is_taken_for_a_key(tmp_path: Path, name: str) -> None:
    message = refusal(tmp_path, f"primary: openai/a\nproviders:\n  openai: {{key_env: {name}}}\n")
    assert "must be the name of an environment variable" in message and name not in message


def test_a_variable_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_KEY")
    with pytest.raises(AuthenticationFailed, match="there is no key; set the environment variable OUR_KEY"):
        load(tmp_path, "primary: openai/a\nproviders:\n  openai: {key_env: OUR_KEY}\n")
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with pytest.raises(AuthenticationFailed, match=r"anthropic/b.*ANTHROPIC_API_KEY"):
        load(tmp_path, "primary: openai/a\nfallback: [anthropic/b]\n")


def with_url(url: str, provider: str = "vllm", more: str = "") -> str:
    return f"primary: {provider}/a\nproviders:\n  {provider}: {{base_url: '{url}'{more}}}\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://outer.example/v1", "would send the key in the clear; write https://"),
        ("https://inner.example/v1", "leads to an inner address (inner.example: 10.0.0.5)"),
        ("https://mixed.example/v1", "leads to an inner address (mixed.example: 127.0.0.1)"),
        ("https://169.254.169.254/v1", "leads to an inner address"),
        ("ftp://outer.example", "is not a URL of the web"),
        ("outer.example/v1", "is not a URL of the web"),
        ("https://user:pw@outer.example", "holds more than an address"),
    ],
)
def test_an_address_that_a_key_must_not_go_to_is_refused(tmp_path: Path, url: str, said: str) -> None:
    assert refusal(tmp_path, with_url(url)).startswith(f"3: providers.vllm.base_url: {said}")


def test_an_inner_host_is_open_to_whom_the_caller_names_it(tmp_path: Path) -> None:
    assert load(tmp_path, with_url("https://inner.example/v1"), allow_hosts=["inner.example"]).name == "vllm/a"
    assert "in the clear" in refusal(tmp_path, with_url("http://inner.example/v1"), allow_hosts=["inner.example"])
    assert "inner address" in refusal(tmp_path, with_url("https://inner.example/v1"), allow_hosts=["other.example"])


def test_a_key_does_not_follow_to_another_host_by_mistake(tmp_path: Path) -> None:
    message = refusal(tmp_path, with_url("https://outer.example/v1", "openai"))
    assert "would send the key of OPENAI_API_KEY to another host than its own; name the variable" in message
    assert load(tmp_path, with_url("https://outer.example/v1", "openai", ", key_env: OUR_KEY")).name == "openai/a"
    assert load(tmp_path, with_url("https://eu.api.openai.com/v1", "openai")).name == "openai/a"


def test_a_file_that_is_not_there_or_too_large_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read.*check the path"):
        load_provider(tmp_path / "none.yaml")
    assert "more than 100,000 bytes" in refusal(tmp_path, "primary: openai/a\n#" + "x" * 100_000)


def test_all_of_it_is_one_tree_of_errors() -> None:
    assert issubclass(ConfigError, ProviderError)


def test_depth_is_bounded(tmp_path: Path) -> None:
    assert "nested more than" in refusal(tmp_path, "primary: " + "[" * 2_000 + "]" * 2_000)
