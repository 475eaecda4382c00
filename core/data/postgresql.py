"""PostgreSQL as Karvon runs it: psycopg 3, pooled connections, the dead ones replaced."""

import os
import select
import time
from typing import Any

import peewee
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ConnStatus, TransactionStatus

from core.data.pool import Lease, Pooled
from core.errors import ConfigError, ended

# Of every transaction that `begin` opens. Guarded updates and row locks are written for this one.
ISOLATION = "READ COMMITTED"
# After so much idleness a connection is asked before it is lent: a router forgets in silence.
ASK_AFTER_SECONDS = 60.0
DEFAULTS = {"application_name": "karvon", "connect_timeout": "10"}
# Connections that a fork left in this process; kept, so that nobody ends the parent's session.
_inherited: list[Any] = []


class Postgresql(Pooled, peewee.PostgresqlDatabase):
    """The database at a `postgresql://` URL, which goes to libpq as it is, with all its hosts."""

    def __init__(self, url: str, pool: int = 8, deadline: float = 10.0) -> None:
        try:
            given = conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            # libpq may repeat the whole address, and with it the password.
            reason = str(error).partition("postgresql://")[0].strip(' :"\n')
            raise ConfigError(
                f"[database] url is no address of a PostgreSQL database: {ended(reason)} "
                "Write postgresql://user:password@host/name, special characters as %XX."
            ) from None
        super().__init__(
            url,
            pool=pool,
            limit=pool,
            deadline=deadline,
            prefer_psycopg3=True,
            isolation_level=ISOLATION,
            **{name: value for name, value in DEFAULTS.items() if name not in given},
        )

    def cursor(self, named_cursor: Any = None) -> Any:
        state = self._state
        if not state.closed and state.conn.closed and not state.transactions:
            self.close()  # the query before found it dead
        return super().cursor(named_cursor)

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.execute("SET TIME ZONE 'UTC'")
        return connection

    def _is_alive(self, connection: Any, since: float) -> bool:
        if connection.closed or connection.pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        if time.monotonic() - since < ASK_AFTER_SECONDS and not _has_news(connection):
            return True
        try:
            connection.pgconn.consume_input()
            if connection.pgconn.status != ConnStatus.OK:
                return False
            connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _tidy(self, connection: Any, lease: Lease) -> bool:
        status = connection.pgconn.transaction_status
        if status == TransactionStatus.IDLE:
            return True
        if status not in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            return False
        try:
            connection.rollback()
        except psycopg.Error:
            return False
        return True

    def _disown(self, inherited: list[Any]) -> None:
        _inherited.extend(inherited)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for connection in inherited:
            if not connection.closed:
                # Not closed but replaced: its number must not come to mean another file.
                os.dup2(nowhere, connection.fileno(), inheritable=False)
        os.close(nowhere)


def _has_news(connection: Any) -> bool:
    """Whether bytes wait to be read: the server says nothing to an idle client but farewell."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
