"""Requests to other servers: what they send and answer, their limits, and when they are refused."""

import logging
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.background import http as client
from core.data.database import transaction
from core.errors import KarvonError, UserError
from core.testing.certificates import own_certificate


def test_an_answer_holds_status_headers_and_body(http):
    http.will_answer(201, b'{"price": "12.50"}', X_Carrier="BTS")
    answer = client.post(f"{http.url}/price?to=Buxoro", json={"weight": 3}, headers={"X-Key": "k"})
    assert (answer.status, answer.is_ok, answer.json()) == (201, True, {"price": "12.50"})
    assert answer.headers["x-carrier"] == "BTS"
    [sent] = http.sent
    assert (sent.method, sent.path, sent.body) == ("POST", "/price?to=Buxoro", b'{"weight": 3}')
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["host"] == http.url.removeprefix("http://")
    assert sent.headers["x-key"] == "k"


def test_a_form_is_sent_as_browsers_send_it(http):
    client.post(http.url, form={"text": "Salom, dunyo"})
    assert http.sent[0].body == b"text=Salom%2C+dunyo"
    assert http.sent[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_what_is_no_success_is_answered_and_not_followed(http, status):
    http.will_answer(status, b"elsewhere", Location="/other")
    answer = client.get(http.url)
    assert (answer.status, answer.is_ok, answer.text) == (status, False, "elsewhere")
    assert len(http.sent) == 1


def test_what_is_no_json_is_said_in_a_sentence(http):
    http.will_answer(200, b"<html>")
    with pytest.raises(UserError, match="no JSON"):
        client.get(http.url).json()


def test_an_answer_that_is_too_large_is_left(http):
    http.will_answer(200, b"x" * 2000)
    with pytest.raises(KarvonError, match="could not be asked"):
        client.get(http.url, largest=1000)


def test_packed_answers_are_not_unpacked(http):
    http.will_answer(200, b"\x1f\x8bnot packed", Content_Encoding="gzip")
    assert client.get(http.url).body == b"\x1f\x8bnot packed"
    assert http.sent[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.uz",
        "ftp://example.uz/a",
        "file:///etc/passwd",
        "https://",
        "https://user:password@example.uz/",
        "https://example.uz/a b",
        "https://example.uz/a\r\nHost: other",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(http, url):
    with pytest.raises(UserError, match=r"no address|no password"):
        client.get(url)


def test_a_header_that_begins_another_one_is_refused(http):
    with pytest.raises(UserError, match="break of the line"):
        client.get(http.url, headers={"X-Key": "k\r\nX-Other: 1"})
    assert http.sent == []


def test_nothing_is_asked_within_a_transaction(instance, http):
    with transaction(), pytest.raises(UserError, match="outside of transactions"):
        client.get(http.url)
    assert http.sent == []
    assert client.get(http.url).is_ok


def test_the_log_holds_neither_path_nor_key(http, caplog):
    caplog.set_level(logging.INFO, "karvon.http")
    client.get(f"{http.url}/bot123:secret/send?key=secret", headers={"X-Key": "secret"})
    assert "GET http://127.0.0.1" in caplog.text
    assert "secret" not in caplog.text


def test_a_server_that_is_away_is_named_without_the_path(http):
    with pytest.raises(KarvonError, match=r"127\.0\.0\.1 could not be asked") as caught:
        client.get("http://127.0.0.1:1/secret")
    assert "secret" not in str(caught.value)


def test_a_server_that_answers_a_byte_at_a_time_is_left(http):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        is_over = threading.Event()

        def drip():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                for _ in range(600):
                    if is_over.wait(0.05):
                        return
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(KarvonError, match="could not be asked"):
            client.get(f"http://127.0.0.1:{port}/", seconds=0.2)
        is_over.set()
        thread.join()


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"salom")

    def log_message(self, format, *args):
        pass


@pytest.fixture
def encrypted(http, tmp_path, monkeypatch):
    """A server for localhost, with a certificate that this machine believes."""
    path = own_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = HTTPServer(("127.0.0.1", 0), Greeting)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_certificate_is_checked_for_the_name_that_was_asked(encrypted):
    assert client.get(f"https://localhost:{encrypted}/").text == "salom"
    with pytest.raises(KarvonError, match="could not be asked"):
        client.get(f"https://127.0.0.1:{encrypted}/")


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(KarvonError, match="could not be asked"):
        client.get(f"https://localhost:{encrypted}/")
