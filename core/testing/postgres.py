"""A throwaway PostgreSQL cluster: for the tests and for `bench`, never for data that matters."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from core.errors import KarvonError
from core.testing.ports import HOST, free_port

OLDEST = 15
INSTALL = "apt-get install -y --no-install-recommends postgresql"
SUPERUSER = "karvon"
# Nothing here survives a crash, so nothing waits for the disk.
SETTINGS = {
    "listen_addresses": HOST,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "timezone": "UTC",
}
# Stops the server when told by a line, or when whoever started it is gone, kill -9 included.
KEEPER = """
trap '' INT TERM HUP
read -r _
"$1/pg_ctl" stop -D "$2/data" -m immediate -w >/dev/null 2>&1
rm -rf "$2"
"""


class PostgresMissing(KarvonError):
    """PostgreSQL is not installed and cannot be installed from here."""


class PostgresCluster:
    """A server on a unix socket and on 127.0.0.1 at a free port; `with` starts and stops it.

    Its folder is removed and its processes end with `stop`, or with the process that started it.
    """

    def __init__(self, within: str = "/tmp") -> None:  # noqa: S108 - a folder of its own there
        self.port = 0
        self.within = within
        self.folder: Path | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PostgresCluster":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> "PostgresCluster":
        """Start the server, which takes about two seconds. Raises PostgresMissing."""
        binaries = find_binaries()
        # The default temporary folder may be private to us, and too long for a socket's name.
        self.folder = Path(tempfile.mkdtemp(prefix="karvon-pg-", dir=self.within))
        owner = _owner()
        if "user" in owner:
            os.chown(self.folder, owner["user"], owner["group"])
        self._keeper = subprocess.Popen(  # noqa: S603  # all of it is ours
            ["/bin/sh", "-c", KEEPER, "keeper", binaries, self.folder],
            stdin=subprocess.PIPE,
            cwd=self.folder,
            start_new_session=True,  # Ctrl-C is for the tests
            **owner,
        )
        try:
            self._run(owner, binaries / "initdb", "-U", SUPERUSER, "--auth=trust", "--no-sync",
                      "-E", "UTF8", "--locale=C.UTF-8", "-D", "data")  # fmt: skip
            self._listen(owner, binaries)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        if self._keeper is not None and self._keeper.stdin is not None:
            # A line, not only the end of input: a forked child may hold the pipe open too.
            self._keeper.stdin.write(b"\n")
            self._keeper.stdin.close()
            self._keeper.wait()
        self._keeper = None

    def url(self, name: str, socket: bool = False) -> str:
        """The URL of the database `name`, by TCP or by the unix socket."""
        if socket:
            return f"postgresql://{SUPERUSER}@/{name}?host={self.folder}&port={self.port}"
        return f"postgresql://{SUPERUSER}@{HOST}:{self.port}/{name}"

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, a copy of `template` if given, where nobody is connected; its URL."""
        # Without the log of every page, which takes three times as long.
        made = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        self._execute(made, name, template or "template1")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database if it exists, and whoever is connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres", socket=True), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _listen(self, owner: dict[str, Any], binaries: Path) -> None:
        attempts = 3
        for attempt in range(1, attempts + 1):
            self.port = free_port()
            settings = SETTINGS | {
                "port": str(self.port),
                "unix_socket_directories": str(self.folder),
            }
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            try:
                self._run(owner, binaries / "pg_ctl", "start", "-w", "-D", "data",
                          "-l", "log", "-o", options)  # fmt: skip
            except subprocess.CalledProcessError:
                if attempt == attempts:  # somebody else took the port each time, or worse
                    raise
                time.sleep(0.1)
            else:
                return

    def _run(self, owner: dict[str, Any], *command: object) -> None:
        done = subprocess.run(  # noqa: S603  # all of it is ours
            [str(part) for part in command],
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **owner,
        )
        if done.returncode:
            sys.stderr.write(done.stdout.decode(errors="replace"))
            raise subprocess.CalledProcessError(done.returncode, str(command[0]))


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL, installed if need be. Raises PostgresMissing."""
    found = _newest()
    if found is None and _is_root_on_debian():
        _install()
        found = _newest()
    if found is None:
        raise PostgresMissing(
            f"PostgreSQL {OLDEST} or newer is needed and not installed. "
            f"Type: sudo apt-get update && sudo {INSTALL}"
        )
    return found


def _newest() -> Path | None:
    versions = {
        int(server.parent.parent.name): server.parent
        for server in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if server.parent.parent.name.isdigit()
    }
    best = max(versions, default=0)
    return versions[best] if best >= OLDEST else None


def _is_root_on_debian() -> bool:
    return (
        hasattr(os, "geteuid")
        and os.geteuid() == 0
        and Path("/etc/debian_version").exists()
        and shutil.which("apt-get") is not None
    )


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", INSTALL):
        sys.stderr.write(f"PostgreSQL is missing: {command}\n")
        sys.stderr.flush()
        subprocess.run(command.split(), env=environment, stdout=sys.stderr, check=False)  # noqa: S603


def _owner() -> dict[str, Any]:
    """Whom the server runs as, as arguments of subprocess: initdb refuses root."""
    if os.geteuid() != 0:
        return {}
    postgres = pwd.getpwnam("postgres")
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
