"""Serve an instance: gunicorn with threads, waitress where there is no fork, or one process."""

import importlib
import logging
import os
import signal
import socket
import sys
from typing import NoReturn

from werkzeug.serving import ThreadedWSGIServer, make_server

from core.config import Settings
from core.errors import KarvonError
from core.i18n import _
from core.web.instance import open_instance
from core.web.serving.children import Children
from core.web.serving.entrance import AWAY, Entrance
from core.web.serving.logs import log_to_console
from core.web.serving.metrics import share_counts

log = logging.getLogger("karvon.web")

BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on; `KarvonError` says who else may have the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise KarvonError(
            _(
                "Karvon cannot listen on %(host)s port %(port)s (%(reason)s):"
                " stop what does, or choose another by KARVON_SERVER__PORT.",
                host=host,
                port=port,
                reason=error.strerror,
            )
        ) from None
    return listener


def serve(
    settings: Settings, listener: socket.socket, beside: Children, debug: bool = False
) -> NoReturn:
    """Serve until a TERM or INT, with the processes `beside`; no connection to the database may be
    open in this one.

    With `debug` all runs in this one process, and every request is written on the console.
    """
    log_to_console(settings.logs, logging.INFO if debug else logging.WARNING)
    if debug:
        _serve_in_one_process(settings, listener, beside)
    elif hasattr(os, "fork"):
        from core.web.serving.processes import (
            run_workers,  # gunicorn, which is not there without a fork
        )

        share_counts(settings.paths.var)
        run_workers(settings.server, listener, lambda: entrance(settings), beside)
    else:
        waitress = importlib.import_module("waitress")  # locked for such systems alone
        beside.keep()
        try:
            waitress.serve(entrance(settings), sockets=[listener], threads=settings.server.threads)
        finally:
            beside.wait()
    sys.exit(0)


def entrance(settings: Settings) -> Entrance:
    """The WSGI app of `settings` in this process, with the first set of addons built."""
    made = Entrance(open_instance(settings).switch())
    try:
        made.prepare()
    except AWAY as error:  # the server outlives it: the first request that can builds the app
        log.error("The database cannot be reached: %s", error)
    if settings.redis.url:
        made.follow()
    return made


def _serve_in_one_process(settings: Settings, listener: socket.socket, beside: Children) -> None:
    def stop(*_: object) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server = make_server(
        settings.server.host,
        settings.server.port,
        entrance(settings),
        threaded=True,
        fd=listener.fileno(),
    )
    assert isinstance(server, ThreadedWSGIServer)  # noqa: S101 - that is what it makes
    server.daemon_threads = True
    beside.keep()
    try:
        server.serve_forever()
    finally:
        beside.wait()
