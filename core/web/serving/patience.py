"""Let slow clients hold no thread for long.

Neither may a head that comes by drops, nor a body that stops coming, nor one who does not read.
"""

import errno
import socket
import time
from typing import Any

HEAD_SECONDS = 10.0  # for the whole head of a request
LONGEST_HEAD = 32 * 1024  # bytes that may wait without a thread; what is longer gets one
STALL_SECONDS = 30.0  # for the body of a request, or what is sent, and more by its size:
SLOWEST = 4096  # bytes a second
END = b"\r\n\r\n"


class Patient:
    """A socket of a client, which waits for so long and no longer."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.until = 0.0
        self.seen = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def has_whole_head(self) -> bool:
        """Whether a thread should read now: a whole head has come, or there is nothing to wait for.
        If not, the socket is readable as soon as there is more. The socket does not block.
        """
        try:
            head = self.client.recv(LONGEST_HEAD, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        # As long as before although it is readable: the client closed it. A method is in capitals.
        is_hopeless = len(head) in (self.seen, LONGEST_HEAD) or not head[:1].isupper()
        is_whole = is_hopeless or END in head
        self.seen = 0 if is_whole else len(head)
        self._wake_at(self.seen + 1)
        return is_whole

    def setblocking(self, flag: bool) -> None:
        """A thread begins with it, or gives it back."""
        self.until = time.monotonic() + STALL_SECONDS
        self.client.settimeout(STALL_SECONDS if flag else 0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        before = self.client.gettimeout()
        left = self.until - time.monotonic()
        if left <= 0:
            raise _too_slow()
        if before:
            self.client.settimeout(min(left, before))
        try:
            data = self.client.recv(size, flags)
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self.client.settimeout(before)
        self.until += len(data) / SLOWEST
        return data

    def sendall(self, data: bytes) -> None:
        self.client.settimeout(STALL_SECONDS + len(data) / SLOWEST)
        try:
            self.client.sendall(data)
        except TimeoutError:
            raise _too_slow() from None

    def _wake_at(self, size: int) -> None:
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)


def _too_slow() -> ConnectionResetError:
    # What gunicorn takes for a client that is gone, and leaves without a word.
    return ConnectionResetError(errno.ECONNRESET, "the client is too slow")
