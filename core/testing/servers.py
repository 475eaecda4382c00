"""Run the verbs of run.py as processes of their own, and visit the servers that they start."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from core.config import ROOT

HOST = "127.0.0.1"
START_SECONDS = 30.0
# As run.py does it, but for the set-up of the checkout.
ENTRANCE = "import sys; from core.cli.main import main; sys.exit(main(sys.argv[1:]))"


class Answer(NamedTuple):
    """What a server said: `headers` by small-letter name."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Visitor:
    """A browser that keeps cookies and opens a new connection for every request."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str] | None = None, page: str = "/") -> Answer:
        """Send a form with the token that stands on `page`."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(page).text)
        assert found, f"{page} holds no token"
        body = urlencode({"csrf_token": found.group(1), **(form or {})})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, headers)

    def log_in(self, name: str, password: str) -> Answer:
        return self.post("/login", {"name": name, "password": password}, page="/login")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Cookie": cookie, "Connection": "close"}
        try:
            connection.request(method, path, body, given | headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, text)


@dataclass
class Served:
    """A verb that serves. It leads a process group of its own."""

    process: subprocess.Popen[str]
    port: int

    def visitor(self) -> Visitor:
        return Visitor(self.port)

    def wait_until_ready(self) -> None:
        """Return once a page comes; fails with what the verb said when it ends before."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                out, err = self.process.communicate()
                pytest.fail(f"the server ended with {self.process.returncode}: {out}{err}")
            try:
                self.visitor().get("/healthz")
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"no answer within {START_SECONDS} s")

    def read_until(self, pattern: str) -> str:
        """The first group of `pattern` in a line that the verb prints."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found.group(1)
        pytest.fail(f"the verb printed nothing like {pattern}")

    def workers(self) -> list[int]:
        """The ids of the processes that it forked."""
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in file.read_text().split()]

    def is_alive(self) -> bool:
        """Whether any process of its group lives."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def stop(self) -> float:
        """Send a TERM; answers the seconds until it ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - began

    def clear_away(self) -> None:
        """End all that is left of it, whatever a test did."""
        if self.is_alive():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@dataclass
class Shell:
    """A terminal whose environment names one instance."""

    environ: dict[str, str]
    started: list[Served] = field(default_factory=list)

    @property
    def var(self) -> Path:
        return Path(self.environ["KARVON_PATHS__VAR"])

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a verb to its end, without a terminal."""
        return subprocess.run(  # noqa: S603 - words of the test, no shell
            [sys.executable, "-c", ENTRANCE, *words],
            cwd=ROOT,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str, port: int = 0, **environ: str) -> Served:
        """Start a verb that serves, by default on a free port."""
        port = port or free_port()
        environ = {"KARVON_SERVER__PORT": str(port), **environ}
        process = subprocess.Popen(  # noqa: S603 - words of the test, no shell
            [sys.executable, "-c", ENTRANCE, *words],
            cwd=ROOT,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(Served(process, port))
        return self.started[-1]

    def serve(self, *words: str, **environ: str) -> Served:
        """Start `serve` and wait until it answers."""
        served = self.start("serve", *words, port=0, **environ)
        served.wait_until_ready()
        return served

    def admin(self, served: Served) -> Visitor:
        """Somebody with the role admin, logged in."""
        password = self.run("user", "create", "boss", "--role", "admin").stdout.split()[-1]
        visitor = served.visitor()
        visitor.log_in("boss", password)
        return visitor

    def _environ(self, environ: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name[:7] != "KARVON_"}
        return {**kept, **self.environ, **environ}


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def _shell(url: str, tmp_path: Path) -> Iterator[Shell]:
    shell = Shell({"KARVON_PATHS__VAR": str(tmp_path / "var"), "KARVON_DATABASE__URL": url})
    yield shell
    for served in shell.started:
        served.clear_away()


@pytest.fixture
def empty_shell(tmp_path: Path) -> Iterator[Shell]:
    """A terminal whose instance has no database yet: a SQLite file under var/."""
    yield from _shell("sqlite:///<var>/karvon.db", tmp_path)


@pytest.fixture
def shell(migrated_url: str, tmp_path: Path) -> Iterator[Shell]:
    """A terminal whose instance is migrated and has no user, once on each database."""
    yield from _shell(migrated_url, tmp_path)
