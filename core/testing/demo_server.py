"""Fixtures that serve an instance as `run.py serve` does, in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.access.accounts import create_user
from core.access.login import set_password
from core.access.models import User
from core.config import ROOT
from core.data.actor import system
from core.data.database import bind, db
from core.exchange.demo import load_demo
from core.i18n import LANGUAGES
from core.modules.registry import using
from core.testing.instances import settings_for
from core.web.instance import open_instance

HOST = "127.0.0.1"
PASSWORD = "mening-sirli-gapim"  # noqa: S105 - of every user of a demo that a test serves
VERB = "import sys; from core.cli.main import main; sys.exit(main(sys.argv[1:]))"
START_SECONDS = 30
STOP_SECONDS = 20


class LiveServer:
    """A server of the instance whose SQLite file and secrets lie in `var`; `with` ends it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "LiveServer":
        port = _free_port()
        self.url = f"http://{HOST}:{port}"
        own = {name: value for name, value in os.environ.items() if not name.startswith("KARVON_")}
        environ = own | {
            "KARVON_PATHS__VAR": str(self.var),
            "KARVON_SERVER__HOST": HOST,
            "KARVON_SERVER__PORT": str(port),
            "KARVON_SERVER__WORKERS": "1",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - all of it is ours
                [sys.executable, "-c", VERB, "serve"],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _log(self) -> Path:
        return self.var / "console.log"

    def console(self) -> str:
        """What the server has said so far."""
        return self._log.read_text(encoding="utf-8")

    def _wait(self) -> None:
        assert self._process is not None
        latest = time.monotonic() + START_SECONDS
        while time.monotonic() < latest and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):  # noqa: S310
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        pytest.fail(f"The server does not answer. It said:\n{self.console()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demo_file(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo company, to be copied; everybody there has `PASSWORD`.

    Beside its employees there is an admin for each language, `admin-uz` and so on.
    """
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "karvon.db"
    shutil.copy(migrated_sqlite, file)
    instance = open_instance(settings_for(f"sqlite:///{file}", folder))
    with using(instance.registry()) as registry, system("the demo company of the tests"):
        load_demo(registry)
        for language in LANGUAGES:
            user = create_user(f"admin-{language}", roles=("admin",))
            User.update(language=language).where(User.id == user.id).execute()
        for user in User.select():
            set_password(user.id, PASSWORD)
    db.obj.close_all()
    bind(None)
    return file


@pytest.fixture(scope="session")
def live_server(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The demo company, served for the whole run: whoever changes it puts it back."""
    var = tmp_path_factory.mktemp("live")
    shutil.copy(demo_file, var / "karvon.db")
    with LiveServer(var) as server:
        yield server


@pytest.fixture
def serve(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LiveServer]]:
    """Make `serve(file)`: a server of this test's own on a copy of a SQLite file, without one of
    an instance where nobody can log in yet.
    """
    running: list[LiveServer] = []

    def start(file: Path | None = None) -> LiveServer:
        var = tmp_path_factory.mktemp("served")
        shutil.copy(file or migrated_sqlite, var / "karvon.db")
        running.append(LiveServer(var).__enter__())
        return running[-1]

    yield start
    for server in running:
        server.__exit__()
