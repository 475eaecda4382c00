"""Run the verbs of run.py as processes of their own, and visit the servers that they start."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from core.config import ROOT, without_instance
from core.testing import prepared
from core.testing.ports import HOST, free_port

START_SECONDS = STOP_SECONDS = 30.0


class Answer(NamedTuple):
    """What a server said: `headers` by small-letter name."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Visitor:
    """A browser that keeps cookies and opens a new connection for every request. `headers` are sent
    with each.
    """

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

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
            connection.request(method, path, body, given | self.headers | headers)
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
    """A verb that serves. It leads a process group of its own, and says all into files: a pipe that
    nobody reads would fill up and stop it.
    """

    process: subprocess.Popen[bytes]
    port: int
    out: Path
    err: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def printed(self) -> str:
        """What it has written on stdout so far."""
        return self.out.read_text(encoding="utf-8")

    def complained(self) -> str:
        """What it has written on stderr so far."""
        return self.err.read_text(encoding="utf-8")

    def visitor(self) -> Visitor:
        return Visitor(self.port)

    def wait_until_ready(self) -> None:
        """Return once a page comes; fails with what the verb said when it ends before."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                self.visitor().get("/readyz")
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"The server does not answer. It said:\n{self.printed()}{self.complained()}")

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
        self.process.wait(STOP_SECONDS)
        return time.monotonic() - began

    def clear_away(self) -> None:
        """End all that is left of it, whatever a test did."""
        if self.is_alive():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Shell:
    """A terminal whose environment names one instance; what is started here writes in `folder`."""

    folder: Path
    environ: dict[str, str]
    started: list[Served] = field(default_factory=list)

    @property
    def var(self) -> Path:
        return Path(self.environ["KARVON_PATHS__VAR"])

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a verb to its end, without a terminal."""
        given = self._environ(environ)
        if prepared.fits(given):
            return prepared.run(words, given)
        return subprocess.run(  # noqa: S603 - words of the test, no shell
            [sys.executable, "-m", "core.cli", *words],
            cwd=ROOT,
            env=given,
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
        name = f"{words[0]}-{len(self.started)}"
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603 - words of the test, no shell
                [sys.executable, "-m", "core.cli", *words],
                cwd=ROOT,
                env=self._environ(environ),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self.started.append(Served(process, port, out, err))
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
        return {**without_instance(os.environ), **self.environ, **environ}


@contextmanager
def shell_in(folder: Path, url: str = "sqlite:///<var>/karvon.db") -> Iterator[Shell]:
    """A terminal on the instance at `url`, whose var/ lies in `folder`; what it started ends with
    the block.
    """
    environ = {
        "KARVON_PATHS__VAR": str(folder / "var"),
        "KARVON_DATABASE__URL": url,
        "KARVON_SERVER__HOST": HOST,
        "KARVON_SERVER__WORKERS": "1",
        "KARVON_BACKGROUND__WORKERS": "0",
    }
    shell = Shell(folder, environ)
    try:
        yield shell
    finally:
        for served in shell.started:
            served.clear_away()


@pytest.fixture
def empty_shell(tmp_path: Path) -> Iterator[Shell]:
    """A terminal whose instance has no database yet: a SQLite file under var/."""
    with shell_in(tmp_path) as shell:
        yield shell


@pytest.fixture
def shell(migrated_url: str, tmp_path: Path) -> Iterator[Shell]:
    """A terminal whose instance is migrated and has no user, once on each database."""
    with shell_in(tmp_path, migrated_url) as shell:
        yield shell
