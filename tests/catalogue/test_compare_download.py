"""Fetching a price list: https alone, one host, a size, a time."""

import contextlib
import http.server
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from framework.catalogue import compare_download
from framework.catalogue.compare_download import download, json_of, obtain
from framework.errors import SourceError

URL = "https://lists.example/prices.json"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    """Answers in place of the network; the test sets `answer`."""

    class Server:
        answer = staticmethod(lambda request: httpx.Response(200, content=b"{}"))

    real = httpx.Client

    def client(**options: object) -> httpx.Client:
        return real(**options, transport=httpx.MockTransport(lambda request: Server.answer(request)))  # type: ignore[arg-type]

    monkeypatch.setattr(httpx, "Client", client)
    return Server


def refusal(url: str = URL) -> str:
    with pytest.raises(SourceError) as caught:
        download(url)
    return str(caught.value)


def test_an_answer_is_handed_on(server) -> None:
    assert obtain(URL) == b"{}"


def test_a_redirect_on_the_same_host_is_followed(server) -> None:
    server.answer = lambda request: (
        httpx.Response(302, headers={"location": "/new"}) if request.url.path != "/new" else httpx.Response(200, content=b"[1]")
    )
    assert download(URL) == b"[1]"


@pytest.mark.parametrize("target", ["https://other.example/prices.json", "https://lists.example:8443/x", "//other.example/x"])
def test_a_redirect_to_another_host_is_refused(server, target: str) -> None:
    server.answer = lambda request: httpx.Response(301, headers={"location": target})
    assert "leads to another host" in refusal()


def test_a_redirect_to_plain_http_is_refused(server) -> None:
    server.answer = lambda request: httpx.Response(301, headers={"location": "http://lists.example/prices.json"})
    assert "only https://" in refusal()


def test_redirects_in_a_circle_end(server) -> None:
    server.answer = lambda request: httpx.Response(302, headers={"location": "/again"})
    assert "more than 3 redirects" in refusal()


@pytest.mark.parametrize(
    "url",
    [
        "http://lists.example/x",
        "file:///etc/passwd",
        "ftp://a/b",
        "https://",
        "https://name:word@lists.example/x",
        "https://[::1/x",
        "https://a:99999999/x",
    ],
)
def test_other_addresses_are_refused_before_anything_is_sent(server, url: str) -> None:
    server.answer = lambda request: pytest.fail("was asked")
    assert "https://" in refusal(url)
    assert "word" not in refusal(url)


@pytest.mark.parametrize("status", [404, 500, 304])
def test_an_error_of_the_server_is_loud(server, status: int) -> None:
    server.answer = lambda request: httpx.Response(status)
    assert "cannot be downloaded" in refusal()


def test_no_network_is_loud(server) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    server.answer = fail
    assert refusal().startswith("lists.example: cannot be downloaded (ConnectError: no route)")


def test_more_than_the_cap_is_refused(server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "MAX_BYTES", 1_000_000)
    server.answer = lambda request: httpx.Response(200, content=b" " * 1_000_001)
    assert "more than 1 MB" in refusal()


def test_a_slow_answer_ends(server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "TOTAL_S", -1.0)
    assert "takes longer" in refusal()


@contextlib.contextmanager
def loopback(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A real server on this machine that answers every GET in its own way; yields its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_port}/prices.json"
    finally:
        served.shutdown()
        served.server_close()


def headers(handler: http.server.BaseHTTPRequestHandler, length: int, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def drips(handler: http.server.BaseHTTPRequestHandler) -> None:
    headers(handler, 60_000)
    for _ in range(500):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def test_a_server_that_drips_is_left_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "SCHEME", "http")
    monkeypatch.setattr(compare_download, "TOTAL_S", 0.2)
    begun = time.monotonic()
    with loopback(drips) as url:
        assert "the download takes longer than 0.2 s" in refusal(url)
    assert time.monotonic() - begun < 5  # the whole would take ten seconds


def test_a_server_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "SCHEME", "http")
    monkeypatch.setattr(compare_download, "TIMEOUT_S", 0.2)
    with loopback(lambda handler: time.sleep(1)) as url:
        assert "cannot be downloaded (ReadTimeout" in refusal(url)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda handler: headers(handler, 0, 404), "cannot be downloaded (HTTPStatusError"),
        (lambda handler: (headers(handler, 100), handler.wfile.write(b"{")), "cannot be downloaded (RemoteProtocolError"),
        (lambda handler: None, "cannot be downloaded (RemoteProtocolError"),
    ],
)
def test_an_answer_that_is_an_error_or_breaks_off_is_loud(monkeypatch: pytest.MonkeyPatch, answer, says: str) -> None:
    monkeypatch.setattr(compare_download, "SCHEME", "http")
    with loopback(answer) as url:
        assert says in refusal(url)


def test_a_whole_answer_of_a_real_server_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "SCHEME", "http")
    with loopback(lambda handler: (headers(handler, 3), handler.wfile.write(b"[1]"))) as url:
        assert download(url) == b"[1]"


def test_a_page_in_place_of_the_list_is_no_json(server) -> None:
    server.answer = lambda request: httpx.Response(200, content=b"<!DOCTYPE html><html><body>Sign in</body></html>")
    with pytest.raises(SourceError, match="not a usable JSON file"):
        json_of(obtain(URL), URL)


def test_a_file_above_the_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_download, "MAX_BYTES", 1_000_000)
    path = tmp_path / "large.json"
    path.write_bytes(b" " * 1_000_001)
    with pytest.raises(SourceError, match="more than 1 MB"):
        obtain(str(path))


def test_a_pipe_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "absent.json", "a\0b", "x" * 5_000):
        with pytest.raises(SourceError, match=r"not an ordinary file|cannot be read"):
            obtain(str(tmp_path / name))


def test_bytes_that_are_no_text_are_no_json() -> None:
    with pytest.raises(SourceError, match="not a usable JSON file"):
        json_of(b"\xff\xfe\x00\xd8", "list")
