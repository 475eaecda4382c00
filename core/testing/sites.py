"""A site under attack: its browsers, its API, all its addresses, and what its database holds."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.accounts import create_token
from core.access.factors.models import (
    Authenticator,
    Challenge,
    HalfLogin,
    OneTimeLink,
    Passkey,
    RecoveryCode,
)
from core.access.models import Credential, Session, Token, User
from core.config import Settings
from core.data.actor import system
from core.data.database import db
from core.data.fields import now
from core.modules.registry import Registry, using
from core.testing.instances import BASE_URL, Browser, browser_for
from core.testing.ports import HOST
from core.web.app import create_app
from core.web.requests import LOGIN_COOKIE

# What a request may write beside its purpose: sessions that were seen, attempts that were counted,
# exports that were told of.
BESIDE = {"core_session", "core_attempt", "core_export"}
# What the history is told of requests that change nothing else: who took what out.
TOLD = "SELECT id FROM core_history WHERE action = 'export'"
BESIDE_IN = {"core_history": "id", "core_history_value": "history_id"}
# Books of hashes of keys.
DIGESTS = (Session, Token, OneTimeLink, HalfLogin, RecoveryCode, Challenge)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class Site:
    """The app of a registry, and people who visit it. `people` are {name: id of the user}."""

    def __init__(self, registry: Registry, settings: Settings, people: dict[str, int]) -> None:
        self.registry, self.people = registry, people
        self.app: Flask = create_app(registry, settings)
        self.browsers: dict[str, Browser] = {}
        self.routes: dict[str, list[str]] = {}
        self.tokens: dict[str, str] = {}

    def browser(self, name: str = "") -> Browser:
        """A browser in which `name` is logged in; without a name, nobody."""
        if not name:
            return Browser(self.app.test_client())
        if name not in self.browsers:
            with system("a test looks a user up"):
                user = User.get_by_id(self.people[name])
            self.browsers[name] = browser_for(self.app, user)
        return self.browsers[name]

    def fresh(self, name: str = "") -> FlaskClient:
        """A client that holds the login of `name` and nothing else: no form cookie."""
        client = self.app.test_client()
        if name:
            cookie = self.browser(name).client.get_cookie(LOGIN_COOKIE, domain=HOST)
            assert cookie is not None
            client.set_cookie(LOGIN_COOKIE, cookie.value, domain=HOST)
        return client

    def token(self, name: str) -> str:
        """A token of `name` to the API."""
        if name not in self.tokens:
            with using(self.registry), system("a test hands out a token"):
                self.tokens[name] = create_token(User.get_by_id(self.people[name]))
                # A call writes the day on which a token is used first: before anything is compared.
                Token.update(seen_at=now()).where(Token.seen_at.is_null()).execute()
        return self.tokens[name]

    def call(self, name: str, path: str, **query: Any) -> TestResponse:
        """GET /api/v1/<path> as `name`."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        return self.app.test_client().get(
            f"/api/v1/{path}", query_string=query, headers=headers, base_url=BASE_URL
        )

    def addresses(self, method: str) -> list[str]:
        """Every route that answers `method`, with the id of a first record in its places."""
        if method not in self.routes:
            self.routes[method] = sorted(self._addresses(method))
        return self.routes[method]

    def _addresses(self, method: str) -> Iterator[str]:
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                path = rule.rule.replace("<addon>/<name>", "contacts/contact")
                # A stream has no end; by polling the same address answers at once.
                path = "/live?since=0" if path == "/live" else path
                path = path.replace("<path:name>", "css/list.css").replace("<name>", "contacts")
                yield re.sub(r"<[^>]*>", "1", path)

    def pages(self) -> list[str]:
        return self.addresses("GET")

    def secrets(self) -> list[str]:
        """Hashes and keys that no answer may hold."""
        with system("a test reads what it looks for"):
            hashes = [h for (h,) in Credential.select(Credential.password_hash).tuples()]
            digests = [row.digest for model in DIGESTS for row in model.select()]
            sealed = [row.secret for row in Authenticator.select()]
            passkeys = [row.public_key for row in Passkey.select()]
        return [*hashes, *digests, *sealed, *passkeys, str(self.app.config["SECRET_KEY"])]

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Fail when the block changes a row of any table but those in `BESIDE`."""
        before = whole_database()
        yield
        after = whole_database()
        assert before.keys() == after.keys()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == set(), f"these tables were changed: {sorted(changed)}"


def whole_database() -> dict[str, list[str]]:
    """Every row of every table but those in `BESIDE` and `BESIDE_IN`, as text in an order of its
    own.
    """
    tables = [name for name in db.get_tables() if name not in BESIDE and "_fts" not in name]
    return {name: sorted(map(repr, _rows_of(name))) for name in tables}


def _rows_of(table: str) -> list[tuple[Any, ...]]:
    beside = f"WHERE {BESIDE_IN[table]} NOT IN ({TOLD})" if table in BESIDE_IN else ""
    query = f'SELECT * FROM "{table}" {beside}'  # noqa: S608 - names that the database gave
    rows: list[tuple[Any, ...]] = db.execute_sql(query).fetchall()
    return rows
