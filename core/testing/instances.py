"""Fixtures that give a test a migrated instance, its app, and browsers that are logged in."""

import atexit
import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.accounts import create_user
from core.access.actors import actor_of, by_id
from core.access.models import User
from core.access.sessions import open_session
from core.config import Settings, load_settings
from core.data.actor import acting_as, system
from core.data.database import close
from core.data.redis import close_redis
from core.modules.registry import Registry, using
from core.testing.options import outside
from core.testing.ports import HOST
from core.testing.postgres import PostgresCluster
from core.web.instance import Instance, open_instance
from core.web.requests import LOGIN_COOKIE, lifetime_of

TEMPLATE = "karvon_template"
BASE_URL = f"http://{HOST}:8000"
_numbers = count(1)


@lru_cache
def _run_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="karvon-run-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def settings_for(url: str, var: Path, **environ: str) -> Settings:
    """The settings of a test's own instance: defaults but for its database and its folder. All
    instances of a run print by one render server, for each takes seconds to get warm.
    """
    if var.is_dir() and not (run := var / "run").exists():
        run.symlink_to(_run_folder())
    own = {"KARVON_DATABASE__URL": url, "KARVON_PATHS__VAR": str(var)}
    if outside:
        own["KARVON_ADDONS__PATH"] = ",".join(map(str, outside))
    return load_settings(None, {**own, **environ})


def _migrate(url: str, var: Path) -> None:
    instance = open_instance(settings_for(url, var))
    instance.migrate()
    close()


@lru_cache
def _migrated_file() -> Path:
    folder = _run_folder() / "migrated"
    folder.mkdir()
    _migrate(f"sqlite:///{folder / 'karvon.db'}", folder)
    return folder / "karvon.db"


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A SQLite file with every addon of the tree enabled, to be copied. A process makes one, for
    however many sessions: those of mutants are its forks.
    """
    return _migrated_file()


@pytest.fixture(scope="session")
def migrated_postgres(
    postgres_cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a PostgreSQL database with every addon enabled, to be copied."""
    url = postgres_cluster.create(TEMPLATE)
    _migrate(url, tmp_path_factory.mktemp("migrated"))
    return TEMPLATE


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of this test's own, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "karvon.db")
        yield f"sqlite:///{tmp_path / 'karvon.db'}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        name = f"instance_{next(_numbers)}"
        yield cluster.create(name, template=request.getfixturevalue("migrated_postgres"))
        cluster.drop(name)


@pytest.fixture
def open_at(tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    """Make `open_at(url, KARVON_ADDONS__PATH=…)`: an instance on a database, with settings of its
    own. The one that was open before is closed.
    """

    def open_one(url: str, **environ: str) -> Instance:
        close()
        return open_instance(settings_for(url, tmp_path, **environ))

    yield open_one
    close_redis()
    close()


@pytest.fixture
def instance(migrated_url: str, open_at: Callable[..., Instance]) -> Instance:
    """A migrated instance, bound to the process; once on each database."""
    return open_at(migrated_url)


@pytest.fixture
def registry(instance: Instance) -> Registry:
    """What the enabled addons declared."""
    return instance.registry()


@pytest.fixture
def app(instance: Instance) -> Flask:
    """The app of the enabled addons."""
    app = instance.build()
    app.testing = False
    return app


@pytest.fixture
def working(registry: Registry) -> Iterator[Registry]:
    """Run the whole test under the registry, as the system: for tests of models and rules."""
    with using(registry), system("a test"):
        yield registry


class Browser:
    """A client that keeps cookies, sends a good CSRF token, and never follows redirects."""

    def __init__(self, client: FlaskClient, user: User | None = None) -> None:
        self.client = client
        self.user = user
        self.token: tuple[str | None, str] | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE_URL, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        form = {"csrf_token": self.csrf_token(), **(data or {})}
        return self.client.post(path, data=form, base_url=BASE_URL, **options)

    def as_program(self, token: str, method: str, path: str, json: Any = None) -> TestResponse:
        """Send as a program does: with a token of the API, and without cookies."""
        headers = {"Authorization": f"Bearer {token}"}
        client = self.client.application.test_client()
        return client.open(path, method=method, json=json, base_url=BASE_URL, headers=headers)

    def csrf_token(self) -> str:
        """A token that fits the form cookie: a page is asked for it when that is another one."""
        if self.token is None or self.token[0] != self._form_cookie():
            page = self.get("/" if self.user else "/login", follow_redirects=True).text
            found = re.search(r'name="csrf-token" content="([^"]+)"', page)
            assert found, "the page holds no CSRF token"
            self.token = (self._form_cookie(), found.group(1))
        return self.token[1]

    def _form_cookie(self) -> str | None:
        name = self.client.application.config["SESSION_COOKIE_NAME"]
        cookie = self.client.get_cookie(name, domain=HOST)
        return cookie.value if cookie else None


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser that is not logged in."""
    return Browser(app.test_client())


def browser_for(app: Flask, user: User) -> Browser:
    """A browser that is logged in as the user."""
    with system("a test lets somebody in"):
        key = open_session(user.id, lifetime_of(app.config["KARVON"]), HOST)
    client = app.test_client()
    client.set_cookie(LOGIN_COOKIE, key, domain=HOST)
    return Browser(client, user)


def _new_browser(app: Flask, roles: tuple[str, ...], login: str, language: str) -> Browser:
    with using(app.extensions["registry"]), system("a test makes a user"):
        user = create_user(login or f"user{next(_numbers)}", roles=roles)
        User.update(language=language).where(User.id == user.id).execute()
    return browser_for(app, user)


@pytest.fixture
def as_role(app: Flask) -> Callable[..., Browser]:
    """Make `as_role("contacts.user", login="dilnoza")`: a browser of a new user with the roles."""

    def make(*roles: str, login: str = "", language: str = "en") -> Browser:
        return _new_browser(app, roles, login, language)

    return make


@pytest.fixture
def browser_of() -> Callable[..., Browser]:
    """Make `browser_of(instance, *roles)`: as `as_role`, for an app built now of an instance."""

    def make(opened: Instance, *roles: str, language: str = "en") -> Browser:
        return _new_browser(opened.build(), roles, "", language)

    return make


@pytest.fixture
def portal() -> Callable[..., Browser]:
    """Make `portal(instance, contact)`: a browser of a new customer with a login, for an app built
    now; `contact` is the id of the contact that they belong to.
    """

    def make(opened: Instance, contact: int, *roles: str, language: str = "en") -> Browser:
        app = opened.build()
        browser = _new_browser(app, ("core.portal", *roles), "", language)
        with using(app.extensions["registry"]), system("a test ties a login to a contact"):
            tied = {"kind": "portal", "contact_id": contact}
            User.update(**tied).where(User.id == browser.user).execute()
        return browser

    return make


@pytest.fixture
def acting(registry: Registry) -> Callable[[User], Any]:
    """Run a block under the rules of one user."""

    @contextmanager
    def act(user: User) -> Iterator[None]:
        with using(registry):
            actor = actor_of(by_id(user.id)[0], "en")
            with acting_as(actor):
                yield

    return act


class Queries(logging.Handler):
    """Collects the SQL that runs inside a `with` block."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(str(record.msg))

    def __len__(self) -> int:
        return len(self.statements)

    def __enter__(self) -> "Queries":
        self.statements.clear()
        peewee.logger.addHandler(self)
        self.level_before = peewee.logger.level
        peewee.logger.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *error: object) -> None:
        peewee.logger.removeHandler(self)
        peewee.logger.setLevel(self.level_before)


@pytest.fixture
def query_count() -> Queries:
    """`with query_count: …; assert len(query_count) <= 6`: how many statements ran."""
    return Queries()
