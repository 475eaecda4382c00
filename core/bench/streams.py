"""Many live streams of one real server: how soon each hears of what was changed elsewhere."""

import json
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from core.bench.measure import BenchError
from core.bench.served import Served
from core.config import Settings

PATIENCE = 10.0  # seconds for one change to reach every stream
PIECE = 65_536
PAUSES = (0.05, 0.06, 0.07, 0.08)  # between changes, out of step with whoever looks for them


def with_streams(settings: Settings, streams: int) -> Settings:
    """`settings` under which a server holds so many streams: half of its threads may."""
    return replace(settings, server=replace(settings.server, threads=2 * streams + 8))


def delays(
    served: Served, cookie: str, streams: int, changes: int, change: Callable[[], int]
) -> list[float]:
    """Milliseconds from the beginning of each change to its arrival at each of the streams.
    `change` makes one and answers the id of its record. Raises `BenchError` when one is not told.
    """
    taken: list[float] = []
    with ExitStack() as opened:
        selector = opened.enter_context(selectors.DefaultSelector())
        for _ in range(streams):
            stream = opened.enter_context(_stream(served, cookie))
            selector.register(stream, selectors.EVENT_READ, [])
        for number in range(changes):
            time.sleep(PAUSES[number % len(PAUSES)])
            begun = time.perf_counter()
            moments = _heard(selector, streams, change(), begun + PATIENCE)
            taken += [(moment - begun) * 1000 for moment in moments]
    return taken


def _stream(served: Served, cookie: str) -> socket.socket:
    """An open stream that has begun."""
    stream = socket.create_connection(("127.0.0.1", served.port), PATIENCE)
    host = f"127.0.0.1:{served.port}"
    stream.sendall(f"GET /live HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
    head = b""
    while b"event: begin" not in head:
        piece = stream.recv(PIECE)
        head += piece
        if not piece or not head.startswith(b"HTTP/1.1 200"[: len(head)]):
            raise BenchError(f"/live answered {head[:100]!r}: open it in a browser.")
    return stream


def _heard(
    selector: selectors.BaseSelector, streams: int, record: int, until: float
) -> list[float]:
    """When each stream told of the record."""
    moments: dict[int, float] = {}
    wanted = f'"record": {json.dumps(record)},'.encode()
    while len(moments) < streams:
        if time.perf_counter() > until:
            raise BenchError(f"{streams - len(moments)} streams did not tell of a change.")
        for key, _ in selector.select(0.1):
            piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]  # it is a socket
            key.data[:] = [b"".join((*key.data, piece))[-PIECE:]]
            if wanted in key.data[0]:
                moments.setdefault(key.fd, time.perf_counter())
    return list(moments.values())
