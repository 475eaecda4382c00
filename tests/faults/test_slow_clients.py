"""Clients that send half a request, or nothing, or drop by drop, do not keep the others waiting."""

import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.testing.ports import HOST
from core.web.serving import patience
from core.web.serving.patience import Patient

THREADS = 4
HEAD = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n"


@pytest.fixture
def served(empty_shell):
    empty_shell.run("migrate")
    return empty_shell.serve(KARVON_SERVER__THREADS=str(THREADS))


@pytest.fixture
def connected(served):
    """Make `connected(text)`: a connection on which so much was sent; all are closed at the end."""
    made = []

    def connect(text=b""):
        made.append(socket.create_connection((HOST, served.port), timeout=20))
        made[-1].sendall(text)
        return made[-1]

    yield connect
    for each in made:
        each.close()


def _answer(connection, end=b"ok\n"):
    """The status of the next answer, whose body ends so."""
    said = b""
    while not said.endswith(end):
        more = connection.recv(9999)
        assert more, said
        said += more
    return said.split()[1]


@pytest.mark.parametrize(
    "text", [b"", b"P", HEAD, HEAD[:-2], b"GET / HTTP/1.1\r\nX: " + b"y" * 9000]
)
def test_half_a_head_holds_no_thread(served, connected, text):
    for _ in range(THREADS * 5):
        connected(text)
    began = time.monotonic()
    for _ in range(5):
        assert served.visitor().get("/healthz").status == 200
    assert time.monotonic() - began < 5
    assert served.complained() == ""


def test_a_head_that_comes_in_drops_is_answered(served, connected):
    connection = connected()
    for part in (b"GET /heal", b"thz HTTP/1.1\r", b"\nHost: a\r\n", b"\r", b"\n"):
        connection.sendall(part)
        time.sleep(0.05)
    assert _answer(connection) == b"200"
    connection.sendall(b"GET /healthz HT")  # on the same connection, by halves again
    time.sleep(0.05)
    connection.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
    assert _answer(connection) == b"200"


def test_many_requests_at_once_on_one_connection_are_all_answered(served, connected):
    connection = connected(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
    connection.shutdown(socket.SHUT_WR)
    answer = b""
    while more := connection.recv(9999):
        answer += more
    assert answer.count(b"200 OK") == 3


def test_half_a_head_is_dropped_after_ten_seconds_and_at_once_when_the_server_stops(
    served, connected
):
    connection = connected(HEAD)
    began = time.monotonic()
    with suppress(ConnectionResetError):
        assert connection.recv(99) == b""
    assert 8 < time.monotonic() - began < 16
    connected(HEAD)
    time.sleep(0.1)
    assert served.stop() < 2


def test_a_client_that_leaves_in_the_middle_costs_nothing(served, connected):
    for _ in range(20):
        connected(HEAD).close()
    connection = connected(HEAD)
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(99) == b""
    assert served.visitor().get("/healthz").status == 200
    assert served.complained() == ""
    [worker] = served.workers()
    before = _used(worker)
    time.sleep(1)
    assert _used(worker) - before < 0.5


def _used(process):
    """The seconds of CPU that a process used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_what_is_no_http_is_refused_at_once(served, connected):
    connection = connected(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    assert _answer(connection, b"</html>\n") == b"400"


@pytest.fixture
def pair(monkeypatch):
    """The end of a server that has little patience, and that of a client."""
    monkeypatch.setattr(patience, "STALL_SECONDS", 0.3)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        patient = Patient(ours)
        patient.setblocking(True)
        yield patient, theirs


def _read_drops(patient, client):
    while True:
        client.sendall(b"x")
        time.sleep(0.02)
        patient.recv(9)


def test_a_body_that_stops_or_comes_in_drops_lets_the_thread_go(pair):
    patient, client = pair
    client.sendall(b"abc")
    assert patient.recv(1) == b"a"
    assert patient.recv(9) == b"bc"
    began = time.monotonic()
    with pytest.raises(ConnectionResetError, match="too slow"):
        _read_drops(patient, client)
    with pytest.raises(ConnectionResetError, match="too slow"):
        patient.recv(9)
    assert time.monotonic() - began < 2
    patient.setblocking(True)  # the next request begins anew
    client.sendall(b"end")
    assert patient.recv(9).endswith(b"end")


def test_a_client_that_does_not_read_lets_the_thread_go(pair, monkeypatch):
    patient, _client = pair
    monkeypatch.setattr(patience, "SLOWEST", 10**9)
    with pytest.raises(ConnectionResetError, match="too slow"):
        patient.sendall(b"x" * 50_000_000)
