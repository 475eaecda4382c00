"""Gunicorn as Karvon runs it: threads in workers, and an end that comes at once."""

# mypy: allow-untyped-calls

import errno
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers import gthread

from core.config import Server
from core.data.database import close
from core.web.live.hub import hub
from core.web.security import HEADERS
from core.web.serving.children import Children
from core.web.serving.patience import HEAD_SECONDS, Patient

# Requests that are being answered when the server is told to stop may take so long.
GRACE_SECONDS = 20
# How long a thread waits for the rest of a body that nobody asked for.
REST_SECONDS = 0.5
# How long a kept connection outlives the order to stop: its next request may be on its way.
LINGER_SECONDS = 0.2
LONGEST_REQUEST_LINE = 8190
GONE_AGAIN = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class ToConsole(Logger):
    """Gunicorn's own reports go where all others go."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class WithHeaders:
    """A connection that adds our headers to the whole answer that gunicorn sends by itself."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def sendall(self, answer: bytes) -> None:
        head, gap, body = answer.partition(b"\r\n\r\n")
        ours = "".join(f"\r\n{name}: {value}" for name, value in HEADERS.items())
        self.client.sendall(head + ours.encode() + gap + body)


class Worker(gthread.ThreadWorker):
    """A worker that gives a connection a thread once a whole head has come; told to stop, it closes
    its ears at once and drops who says nothing.
    """

    poller: selectors.BaseSelector

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in GONE_AGAIN:
                raise
            return
        self.nr_conns += 1
        here = listener.getsockname()
        self._wait_for_head(gthread.TConn(self.cfg, Patient(client), address, here))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        if client.has_whole_head():
            super().on_client_socket_readable(conn, client)
        else:
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)
            self._wait_for_head(conn)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        if client.has_whole_head():
            super().on_pending_socket_readable(conn, client)

    def _wait_for_head(self, conn: Any) -> None:
        conn.timeout = time.monotonic() + (HEAD_SECONDS if self.alive else LINGER_SECONDS)
        self.pending_conns.append(conn)
        found = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, found)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, WithHeaders(client), addr, exc)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            hub.end()
            for listener in self.sockets:
                listener.close()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for connection in self.pending_conns:
            connection.timeout = time.monotonic()
        self.murder_pending()


class Master(Arbiter):
    """The parent of the workers. A second TERM or INT while it stops means: at once."""

    stopping = False
    beside: Children

    def signal(self, sig: int, frame: Any) -> None:
        if sig in (signal.SIGTERM, signal.SIGINT):
            sig = signal.SIGQUIT if self.stopping else signal.SIGTERM
            self.stopping = True
            self.beside.stop()
        super().signal(sig, frame)

    def manage_workers(self) -> None:
        super().manage_workers()
        self.beside.keep()


class Application(BaseApplication):
    """What gunicorn asks for its settings and, in every worker, for the app."""

    cfg: Any

    def __init__(self, server: Server, listener: socket.socket, load: Callable[[], Any]) -> None:
        self.settings = {
            "bind": f"fd://{listener.detach()}",
            "workers": server.workers,
            "threads": server.threads,
            "worker_class": Worker,
            "logger_class": ToConsole,
            "loglevel": "warning",
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "forwarded_allow_ips": "",  # the app itself believes proxies, by [server] proxies
            "control_socket_disable": True,
            "worker_exit": end_worker,
        }
        self.make_app = load
        super().__init__()

    def load(self) -> Any:
        return self.make_app()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)


def end_worker(master: Arbiter, worker: Worker) -> None:
    """Close the database and end a worker that was told to stop here: to take Python apart as well
    costs 80 ms of CPU each, and a thread that still answers past the grace would be waited for.
    """
    if int(worker.pid) == os.getpid() and worker.booted and not worker.alive:
        close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def run_workers(
    server: Server, listener: socket.socket, load: Callable[[], Any], beside: Children
) -> None:
    """Serve the app that `load` gives in each worker, after the fork; ends the process."""
    gthread.DEFAULT_WORKER_DATA_TIMEOUT = REST_SECONDS
    gthread.STOP_KEEPALIVE_LINGER = LINGER_SECONDS
    master = Master(Application(server, listener, load))
    master.beside = beside
    parent = os.getpid()
    try:
        master.run()
    finally:
        if os.getpid() == parent:
            beside.wait()
