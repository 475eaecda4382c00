"""A server begins, says how it is, and ends, with all its processes."""

import http.client
import re
import signal
import socket
import time
from typing import Any

import pytest

from core.testing.ports import HOST, free_port
from core.testing.servers import Served

HEADERS = ("content-security-policy", "x-content-type-options", "x-frame-options")


def _open_connections(served: Served) -> list[Any]:
    """Connections as browsers keep them: some that were used, some that never said a word."""
    kept: list[Any] = []
    for _ in range(6):
        connection = http.client.HTTPConnection(HOST, served.port)
        connection.request("GET", "/login")
        connection.getresponse().read()
        kept.append(connection)
    return [*kept, *(socket.create_connection((HOST, served.port)) for _ in range(4))]


def test_on_term_it_listens_no_more_and_ends_within_two_seconds(shell):
    served = shell.serve("--workers", "3")
    deadline = time.monotonic() + 10
    while len(served.workers()) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(served.workers()) == 3
    kept = _open_connections(served)
    assert served.stop() < 2
    assert served.process.returncode == 0
    assert not served.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, served.port))
    for connection in kept:
        connection.close()
    assert served.complained() == ""


def test_a_request_that_is_being_answered_is_waited_for_until_a_second_term(empty_shell):
    empty_shell.run("migrate")
    served = empty_shell.serve()
    slow = socket.create_connection((HOST, served.port))
    slow.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nname=")
    time.sleep(0.3)
    served.process.send_signal(signal.SIGTERM)
    time.sleep(1.5)
    assert served.process.poll() is None
    assert served.stop() < 4
    assert not served.is_alive()
    slow.close()


def test_debug_serves_in_one_process_and_ends_alike(empty_shell):
    empty_shell.run("migrate")
    served = empty_shell.serve("--debug")
    assert served.visitor().get("/setup").status == 200
    assert served.workers() == []
    assert served.stop() < 2
    assert "GET /setup" in served.complained()


def test_a_taken_port_is_one_sentence(empty_shell):
    empty_shell.run("migrate")
    port = free_port()
    with socket.create_server((HOST, port)):
        done = empty_shell.run("serve", KARVON_SERVER__PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Karvon cannot listen on 127.0.0.1 port {port} (")
    assert done.stderr.count("\n") == 1


def test_the_code_on_the_console_makes_the_first_admin_once(shell):
    served = shell.serve()
    code = re.search(r"once: (\S+)", served.printed()).group(1)
    visitor = served.visitor()
    assert visitor.get("/login").headers["location"] == "/setup"
    form = {"name": "boss", "password": "a long enough one", "again": "a long enough one"}
    wrong = visitor.post("/setup", {**form, "code": "guessed"}, page="/setup")
    assert wrong.status == 400
    made = visitor.post("/setup", {**form, "code": code}, page="/setup")
    assert (made.status, made.headers["location"]) == (303, "/")
    assert visitor.get("/apps").status == 200
    assert served.visitor().get("/setup").headers["location"] == "/login"
    served.stop()
    again = shell.serve()
    again.stop()
    assert "once:" not in again.printed()


def test_a_server_says_that_it_lives_without_its_database_and_that_it_is_not_ready(
    postgres_cluster, empty_shell
):
    url = postgres_cluster.create("leaves")
    empty_shell.environ["KARVON_DATABASE__URL"] = url
    empty_shell.run("migrate")
    served = empty_shell.serve()
    visitor = served.visitor()
    assert visitor.get("/readyz").status == 200
    postgres_cluster.drop("leaves")
    answers = {path: visitor.get(path) for path in ("/healthz", "/readyz", "/login")}
    assert {path: answer.status for path, answer in answers.items()} == {
        "/healthz": 200,
        "/readyz": 503,
        "/login": 503,
    }
    for answer in answers.values():
        assert answer.headers.keys() >= set(HEADERS)
        assert not re.search(r"psycopg|Traceback|SELECT|leaves", answer.text)
    assert served.stop() < 2


def test_a_request_that_is_no_http_gets_the_headers_too_and_forges_no_line(empty_shell):
    empty_shell.run("migrate")
    served = empty_shell.serve()
    with socket.create_connection((HOST, served.port)) as connection:
        connection.sendall(b"GET /a\x0b2026\rERROR forged\x1b[2J HTTP/1.1\r\n\r\n")
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert all(f"{name}:" in answer.lower() for name in HEADERS)
    served.stop()
    (line,) = served.complained().splitlines()
    assert line.isprintable()
