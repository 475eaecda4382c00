"""What passes between a process and its render server: a paper there, a PDF or a fault back."""

import base64
import json
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_FRAME = struct.Struct("!cQ")  # what it is, and how many bytes follow
PAPER, PDF, FAULT = b"R", b"P", b"F"
LARGEST = 64 * 2**20
LARGEST_PAPER = 16 * 2**20
SOCKET = "render.sock"
WAITING = 128  # documents that may wait for their turn


@dataclass(frozen=True)
class Paper:
    """One document to be made: all of it is text, plain data and bytes; no name leads anywhere.

    `sources` holds the template called `template` and those that it stands on; `words` the texts
    of them that are translated; `data` what JSON can hold; `assets` the files that `asset:NAME`
    means. The same paper gives the same bytes: `created` (ISO 8601) is the only time in them.
    """

    template: str
    sources: Mapping[str, str]
    data: Mapping[str, Any]
    title: str = ""
    language: str = "en"
    created: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, bytes] = field(default_factory=dict)

    def packed(self) -> bytes:
        """As it goes over the wire. Raises ValueError for a number that JSON does not know."""
        files = {name: base64.b64encode(body).decode() for name, body in self.assets.items()}
        return json.dumps({**asdict(self), "assets": files}, allow_nan=False).encode()

    @classmethod
    def unpacked(cls, body: bytes) -> "Paper":
        fields = json.loads(body)
        files = {name: base64.b64decode(text) for name, text in fields.pop("assets").items()}
        return cls(**fields, assets=files)


@dataclass(frozen=True)
class Fault(Exception):
    """Why there is no document: `kind` is one of `syntax absent missing failed memory time`.

    `line` is counted in the template `template` (0: not known), `what` is the name that is not
    there or the reason in English.
    """

    kind: str
    template: str = ""
    line: int = 0
    what: str = ""

    def packed(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, body: bytes) -> "Fault":
        return cls(**json.loads(body))


def send(connection: socket.socket, kind: bytes, body: bytes) -> None:
    connection.sendall(_FRAME.pack(kind, len(body)))
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """The next frame as (kind, body). Raises `EOFError` when the other side is gone before its
    end; its argument says whether anything had come.
    """
    kind, length = _FRAME.unpack(_exactly(connection, _FRAME.size, started=False))
    if length > LARGEST:
        raise EOFError(True)
    return kind, _exactly(connection, length, started=True)


def _exactly(connection: socket.socket, count: int, started: bool) -> bytes:
    body = bytearray()
    while len(body) < count:
        part = connection.recv(min(count - len(body), 2**20))
        if not part:
            raise EOFError(started or bool(body))
        body += part
    return bytes(body)


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """How the kernel is told of the socket: an address of its kind holds a hundred signs only."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def listening(folder: Path) -> socket.socket:
    """The server's side: a socket in `folder` that nobody but its owner may use."""
    (folder / SOCKET).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with _address(folder) as address:
            listener.bind(address)
    finally:
        os.umask(before)
    listener.listen(WAITING)
    return listener


def connected(folder: Path, patience: float) -> socket.socket:
    """The other side. Raises OSError where nobody listens, BlockingIOError where too many wait."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(patience)
        with _address(folder) as address:
            connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection
