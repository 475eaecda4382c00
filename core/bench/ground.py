"""The databases that figures are measured on: made once, kept, opened as an instance."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count, cycle
from typing import Any
from urllib.parse import urlencode

from core.access.accounts import create_token, user_called
from core.access.sessions import open_session
from core.bench.data import create_people, fill
from core.bench.forms import fields_of
from core.bench.measure import BenchError, Request, answer, checked
from core.config import ROOT, Settings
from core.data.database import close, release, transaction
from core.exchange.cursors import cursor_of
from core.exchange.selection import Ask, Selection
from core.modules import lifecycle
from core.modules.switch import Switch
from core.testing.postgres import PostgresCluster
from core.web.instance import Instance, open_instance
from core.web.requests import LOGIN_COOKIE, lifetime_of

ADDON = "contacts"
MODEL = f"{ADDON}.contact"
LOGINS: dict[str, tuple[str, ...]] = {
    "admin": ("admin",),
    "manager": ("contacts.manager",),
    "own": ("contacts.own",),
    "team": ("contacts.user",),
}
DESIGN = [ROOT / "core" / "bench" / f"{name}.py" for name in ("data", "filler", "words")]


@dataclass(frozen=True)
class Ground:
    """An open instance on `rows` records, its entrance, and keys to come in by."""

    instance: Instance
    switch: Switch
    rows: int
    cookies: dict[str, str]
    token: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.instance.settings.server.port}"

    def page(self, path: str, login: str = "manager", rows: int = 100) -> Request:
        """A list page of `rows` rows."""
        cookie = (("HTTP_COOKIE", self.cookies[login]),)
        return Request(path, cookie, rows, lambda body: body.count(b'class="at-name"'))

    def api(self, path: str, rows: int) -> Request:
        """A page of the API with `rows` objects."""
        token = (("HTTP_AUTHORIZATION", f"Bearer {self.token}"),)
        return Request(path, token, rows, lambda body: len(json.loads(body)["items"]))

    def making(self, path: str, record: dict[str, Any]) -> Request:
        """The making of one record by the API."""
        token = (("HTTP_AUTHORIZATION", f"Bearer {self.token}"),)
        sent = json.dumps(record).encode()
        return Request(
            path, token, 1, lambda body: int(b'"id"' in body), lambda: sent, wanted="201"
        )

    def form(self, path: str) -> Request:
        """A page that holds one form."""
        return Request(path, self._cookie(), 1, lambda body: body.count(b' id="form" '))

    def paper(self, path: str) -> Request:
        """A PDF."""
        return Request(path, self._cookie(), 1, lambda body: int(body.startswith(b"%PDF")))

    def saving(self, path: str, name: str, texts: Sequence[str]) -> Request:
        """The form at `path` sent whole, again and again, with another text in the field `name`."""
        form = fields_of(checked(self.switch, self.form(path), self.host).body)
        versions, turns = count(int(form["version"][0])), cycle(texts)

        def sent() -> bytes:
            changed = {"version": [str(next(versions))], name: [next(turns)]}
            return urlencode({**form, **changed}, doseq=True).encode()

        kind = "application/x-www-form-urlencoded"
        return Request(path, self._cookie(), 1, lambda _: 1, sent, kind, "303")

    def make(self, record: dict[str, Any]) -> int:
        """Make a record; answers its id."""
        with self.writing(record) as write:
            return write()

    @contextmanager
    def writing(self, record: dict[str, Any]) -> Iterator[Callable[[], int]]:
        """Within the block such a record is made at each call, whose id it answers."""
        with self.instance.acting("bench makes records") as registry:
            model = registry.model(MODEL)

            def write() -> int:
                made: int = model.create(**record).id
                release()
                return made

            yield write
        release()

    def _cookie(self) -> tuple[tuple[str, str], ...]:
        return (("HTTP_COOKIE", self.cookies["manager"]),)

    @contextmanager
    def kept_as_it_is(self) -> Iterator[None]:
        """Take away the records that the block makes."""
        with self.instance.acting("bench counts what is there") as registry:
            model = registry.model(MODEL)
            last = model.select(model.id).order_by(model.id.desc()).limit(1).scalar()
        release()
        yield
        with self.instance.acting("bench takes away what it made") as registry, transaction():
            model = registry.model(MODEL)
            for part in registry.parts(model).values():
                part.delete().where(part._meta.fields[part._meta.part_of] > last).execute()
            model.delete().where(model.id > last).execute()
        release()

    def export(self, path: str) -> Request:
        """A whole list as a file: it counts as one row when it is there."""
        return Request(path, self._cookie(), 1, lambda body: int(len(body) > self.rows))

    def there_are(self, ask: Ask, most: int) -> int:
        """How many records are what `ask` wants, counted to `most`."""
        with self.instance.acting("bench counts what a page must hold") as registry:
            number, _capped = Selection(registry.model(MODEL), ask).count(most)
        release()
        return number

    def owned_by(self, login: str, most: int) -> int:
        """How many records belong to `login`, counted to `most`."""
        with self.instance.acting("bench asks whose records there are"):
            owner = user_called(login).id
        return self.there_are(Ask(where=(["owner", "=", owner],)), most)

    def cursor(self, place: int) -> str:
        """Where in the list by name so many records are passed."""
        with self.instance.acting("bench looks for a place deep in the list") as registry:
            model = registry.model(MODEL)
            keys = model.select(model.id, model.name).where(model.archived_at.is_null())
            row = keys.order_by(model.name, model.id).offset(place).limit(1).tuples().first()
        release()
        return cursor_of(row, "name")

    def switch_addon(self, name: str, on: bool) -> None:
        change = lifecycle.enable if on else lifecycle.disable
        change(self.instance.found(), name)
        release()

    def must_be_missing(self, request: Request) -> None:
        """Raise `BenchError` unless the page is gone."""
        status = answer(self.switch, request, self.host).status
        if not status.startswith("404"):
            raise BenchError(f"{request.path} answered {status} though its addon is off.")


def settings_on(settings: Settings, url: str) -> Settings:
    """`settings` with the database at `url`, and all that is written under var/bench."""
    return replace(
        settings,
        paths=replace(settings.paths, var=settings.paths.var / "bench"),
        database=replace(settings.database, url=url),
    )


@contextmanager
def on_sqlite(settings: Settings, rows: int) -> Iterator[Ground]:
    """The kept SQLite file of so many records, made where it is missing or of an older design."""
    folder = settings.paths.var / "bench"
    file = folder / f"{rows}-{_design()}.db"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.glob(f"{rows}-*"):
            old.unlink()
        draft = file.with_suffix(".draft")
        _make(settings_on(settings, f"sqlite:///{draft}"), rows)
        draft.rename(file)
        for rest in folder.glob(f"{draft.name}-*"):
            rest.unlink()
    yield from _opened(settings_on(settings, f"sqlite:///{file}"), rows)


@contextmanager
def on_postgresql(settings: Settings, rows: int) -> Iterator[Ground]:
    """A database of so many records in a PostgreSQL that goes with the block."""
    with PostgresCluster() as cluster:
        on = settings_on(settings, cluster.create("bench"))
        _make(on, rows)
        yield from _opened(on, rows)


def _design() -> str:
    """A word that changes with the tables and with what is written into them."""
    core, addons = ROOT.glob("core/migrations/*.py"), ROOT.glob("addons/*/migrations/*.py")
    sums = hashlib.sha256()
    for file in (*sorted(core), *sorted(addons), *DESIGN):
        sums.update(file.read_bytes())
    return sums.hexdigest()[:12]


def _make(settings: Settings, rows: int) -> None:
    instance = open_instance(settings)
    instance.migrate()
    with instance.acting("bench makes its data") as registry:
        known = create_people(LOGINS)
        fill(registry.model(MODEL), rows, known)
    close()


def _opened(settings: Settings, rows: int) -> Iterator[Ground]:
    instance = open_instance(settings)
    with instance.acting("bench lets its users in"):
        users = {login: user_called(login) for login in LOGINS}
        lifetime = lifetime_of(settings)
        keys = {
            login: f"{LOGIN_COOKIE}={open_session(user.id, lifetime, '127.0.0.1')}"
            for login, user in users.items()
        }
        token = create_token(users["manager"], "bench")
    release()
    ground = Ground(instance, instance.switch(), rows, keys, token)
    for login, key in keys.items():
        keys[login] = "; ".join((key, *_cookies(ground, login)))
    try:
        yield ground
    finally:
        close()


def _cookies(ground: Ground, login: str) -> list[str]:
    """What the first page gives the browser to keep."""
    headers = answer(ground.switch, ground.page("/", login), ground.host).headers
    return [text.partition(";")[0] for name, text in headers if name == "Set-Cookie"]
