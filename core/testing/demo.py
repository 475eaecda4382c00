"""Fixtures that serve the demo company, or an instance of a test's own, to a browser."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.access.accounts import create_user
from core.access.login import set_password
from core.access.models import User
from core.data.actor import system
from core.data.database import close
from core.exchange.demo import load_demo
from core.i18n import LANGUAGES
from core.modules.registry import using
from core.testing.instances import settings_for
from core.testing.servers import Served, shell_in
from core.web.instance import open_instance

PASSWORD = "mening-sirli-gapim"  # noqa: S105 - of every user of a demo that a test serves


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
    close()
    return file


def _serve(file: Path, folder: Path, until: ExitStack) -> Served:
    """Serve a copy of a SQLite file from `folder`, for as long as the stack is open."""
    shell = until.enter_context(shell_in(folder))
    shell.var.mkdir()
    shutil.copy(file, shell.var / "karvon.db")
    return shell.serve()


@pytest.fixture(scope="session")
def live_server(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo company, served for the whole run: whoever changes it puts it back."""
    with ExitStack() as until:
        yield _serve(demo_file, tmp_path_factory.mktemp("live"), until)


@pytest.fixture
def serve(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Served]]:
    """Make `serve(file)`: a server of this test's own on a copy of a SQLite file, without one of
    an instance where nobody can log in yet.
    """
    with ExitStack() as until:

        def start(file: Path | None = None) -> Served:
            return _serve(file or migrated_sqlite, tmp_path_factory.mktemp("served"), until)

        yield start
