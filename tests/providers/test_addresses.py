"""Where a key may be sent: hosts in all the disguises that an inner address can wear."""

from __future__ import annotations

import pytest

from framework.providers.addresses import problem, resolve, site

PUBLIC = ["https://93.184.216.34/v1", "https://[2606:2800:220:1:248:1893:25c8:1946]/v1", "https://8.8.8.8:8443"]
INNER = [
    "https://127.0.0.1",
    "https://127.9.9.9:8000/v1",
    "https://10.1.2.3",
    "https://172.16.0.1",
    "https://192.168.1.1",
    "https://169.254.169.254/latest",
    "https://192.0.0.192/latest",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://224.0.0.1",
    "https://[::1]",
    "https://[::]",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://[::ffff:10.0.0.1]",
    "https://[2002:7f00:1::]",
    "https://[64:ff9b::a00:1]",
    "https://[64:ff9b:1::a00:1]",
    "https://[::127.0.0.1]",
    "https://[::ffff:0:127.0.0.1]",
    "https://[2001:0:53aa:64c::1]",
    "https://[fec0::1]",
    "https://[3fff::1]",
    "https://[5f00::1]",
    "https://255.255.255.255",
    "https://169.254.169.254./latest",
]


def nowhere(_: str) -> list[str]:
    return []


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_address_is_fine(url: str) -> None:
    assert problem(url, resolving=nowhere) is None


@pytest.mark.parametrize("url", INNER)
def test_an_inner_address_is_refused(url: str) -> None:
    assert "leads to an inner address" in (problem(url, resolving=nowhere) or "")


@pytest.mark.parametrize(
    "host", ["0x7f.1", "2130706433", "017700000001", "127.1", "localhost", "localhost.", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛocalhost"]
)
def test_an_address_in_an_odd_form_is_read_as_the_system_reads_it(host: str) -> None:
    assert "leads to an inner address" in (problem(f"https://{host}/v1") or "")


def test_a_name_is_judged_by_all_its_addresses() -> None:
    assert problem("https://a.example", resolving=lambda _: ["8.8.8.8"]) is None
    assert "10.0.0.1" in (problem("https://a.example", resolving=lambda _: ["8.8.8.8", "10.0.0.1"]) or "")
    assert "fe80::1" in (problem("https://a.example", resolving=lambda _: ["fe80::1%eth0"]) or "")


def test_an_allowed_host_is_allowed_by_its_name_alone() -> None:
    assert problem("https://10.0.0.1/v1", ["10.0.0.1"]) is None
    assert problem("https://10.0.0.2/v1", ["10.0.0.1"]) is not None
    assert problem("https://LLM.Inner/v1", ["llm.inner."], lambda _: ["10.0.0.1"]) is None


def test_http_is_for_an_allowed_loopback_only() -> None:
    assert problem("http://127.0.0.1:8000/v1", ["127.0.0.1"]) is None
    assert problem("http://localhost:8000/v1", ["localhost"]) is None
    assert problem("http://127.0.0.1:8000/v1") is not None
    assert "in the clear" in (problem("http://10.0.0.1/v1", ["10.0.0.1"]) or "")
    assert "in the clear" in (problem("http://8.8.8.8/v1", ["8.8.8.8"]) or "")
    assert "in the clear" in (problem("http://unknown.example/v1", ["unknown.example"], nowhere) or "")


def test_a_name_that_stands_for_loopback_now_may_stand_for_another_host_when_the_key_is_sent() -> None:
    loopback = ["127.0.0.1", "::1"]
    assert "in the clear" in (problem("http://rebound.example:8000/v1", ["rebound.example"], lambda _: loopback) or "")
    assert problem("https://rebound.example:8000/v1", ["rebound.example"], lambda _: loopback) is None
    assert problem("http://llm.localhost:8000/v1", ["llm.localhost"], lambda _: loopback) is None
    assert problem("http://[::1]:8000/v1", ["::1"]) is None
    assert "in the clear" in (problem("http://localhost:8000/v1", ["localhost"], lambda _: ["10.0.0.1"]) or "")


@pytest.mark.parametrize("url", ["", "api.openai.com", "https://", "file:///etc/passwd", "https://[::1", "https://a:99999/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    assert "is not a URL" in (problem(url, resolving=nowhere) or "")


@pytest.mark.parametrize(
    "url", ["https://8.8.8.8\\.x", "https://8.8.8.8\\@x.example", "https://a\tb.example", "https://8.8.8.8 /", "https://8.8.8.8/\r\nX: y"]
)
def test_what_two_parsers_could_read_as_two_hosts_is_refused(url: str) -> None:
    assert "without blanks and backslashes" in (problem(url, resolving=nowhere) or "")


@pytest.mark.parametrize(
    "url",
    ["https://u:p@8.8.8.8", "https://u@8.8.8.8", "https://@8.8.8.8", "https://8.8.8.8/?key=x", "https://8.8.8.8/?", "https://8.8.8.8/#x"],
)
def test_more_than_an_address_is_refused(url: str) -> None:
    assert "holds more than an address" in (problem(url, resolving=nowhere) or "")


def test_a_name_that_is_not_known_has_no_addresses() -> None:
    assert resolve("no-such-host.invalid") == []


def test_the_owner_of_a_host_is_told_by_its_last_two_names() -> None:
    assert site("https://eu.api.openai.com/v1") == site("https://api.openai.com") == "openai.com"
    assert site("https://api.openai.com.evil.example") == "evil.example"
    assert site("https://10.0.0.1/v1") == "10.0.0.1"
