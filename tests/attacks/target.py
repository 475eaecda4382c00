"""A company under attack: for every model and kind of reader there are own and foreign records."""

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from werkzeug.test import TestResponse

from core.access.actors import actor_of, by_id
from core.access.login import set_password
from core.access.models import User, UserRole
from core.access.policy import part_of
from core.attached.comments import write_comment
from core.attached.files.attaching import attach, take_in
from core.attached.files.models import Attachment
from core.attached.models import Comment
from core.config import MEGABYTE, Settings
from core.data.actor import acting_as, system
from core.data.history import History, HistoryValue
from core.data.model import Model
from core.errors import KarvonError
from core.modules.registry import Registry
from core.modules.settings import SecretField, keep
from core.modules.settings import Settings as Declared
from core.testing.instances import BASE_URL
from core.testing.sites import Site, whole_database
from tests.attacks.factors import give_factors
from tests.attacks.planting import EACH, SIDES, WORD, Planter, Spot, Words, own_fields
from tests.attacks.ruling import (
    ADMIN,
    BLIND,
    NARROW,
    NOBODY,
    PLAIN,
    ROLELESS,
    TIED,
    closed_fields,
    ruled_anew,
)

# What a request may write beside its purpose: sessions that were seen, attempts that were counted.
SESSIONS = frozenset({"core_session", "core_attempt"})
BOOKS = SESSIONS | {"core_export"}  # and what was taken out, which is written down
NEVER = 999_999_999  # the id of no record
Check = Callable[["Target"], Iterator[str]]


class Target:
    """The site of some addons under rules of its own: the pages, hooks and papers are those of the
    addons, but what each reader reaches is the same for every model, so that a new one is attacked
    as it is. `within` keeps the checks to addresses that begin so.
    """

    def __init__(
        self, registry: Registry, settings: Settings, within: tuple[str, ...] = ("/",)
    ) -> None:
        self.within = within
        self.words = Words()
        self.people: dict[str, int] = {}
        self.registry = ruled_anew(registry)
        self.settings = settings
        self.planter = Planter(self.words)
        self.crawled: dict[Any, Any] = {}
        self.password = "toʻgʻri-kalit-soʻz"
        self.secrets: list[str] = []  # beside those that the site knows of

    def fill(self) -> None:
        """Make the people, their records, and what is attached to those; under the registry."""
        self._make_people()
        self.site = Site(self.registry, self.settings, self.people)
        for model in self.registry.models:
            for place in range(EACH):
                for side in SIDES:
                    self.plant(model, side, place)
        for model in self.registry.models:
            if not part_of(model):
                self._change_and_attach(model)
        self._keep_secrets()
        self._leave_things_about()
        for kind in (*self.people, NOBODY):
            self.site.browser(kind).csrf_token()
            if kind:
                self.site.token(kind)

    def _make_people(self) -> None:
        with system("a test fills its company"):
            for kind in (NARROW, BLIND, TIED, PLAIN, ROLELESS, ADMIN):
                user = User.create(login=f"kirish-{kind}", name=f"Xodim {kind.capitalize()}")
                self.people[kind] = user.id
                if kind != ROLELESS:
                    name = kind if kind == ADMIN else f"attack.{kind}"
                    UserRole.create(user=user.id, role=name)
            User.update(created_by=self.people[NARROW]).where(
                User.id == self.people[NARROW]
            ).execute()

    def _keep_secrets(self) -> None:
        """Let every place that keeps a secret hold one that is known again."""
        with acting_as(self.actor(ADMIN)):
            set_password(self.people[NARROW], self.password)
            self.secrets += give_factors(self.people[BLIND])
            for declared in self.registry.classes_of(Declared):
                names = [n for n, f in vars(declared).items() if isinstance(f, SecretField)]
                values = {name: f"sirli-kalit-{declared.__name__}-{name}" for name in names}
                if values:
                    keep(declared, values)
                    self.secrets += values.values()

    def _leave_things_about(self) -> None:
        """Filters, imports and webhooks of the admin, which are nobody else's."""
        for view in self.views:
            name = f"{self.registry_name(view.model)} created"
            for number in range(2):
                word = self.words.new()
                self.words.spots[word] = Spot(view.model, "filters and imports", number, "foreign")
                form = {"title": word, "asked": f"search={word}"}
                self.send(ADMIN, "POST", f"{view.list_url}saved", data=form)
                file = {"file": (io.BytesIO(f"Name\n{word}\n".encode()), f"{word}.csv")}
                self.send(ADMIN, "POST", f"{view.list_url}import", data=file)
                hook = {"title": word, "events": [name], "conditions": "", "url": "http://1.1.1.1/"}
                hook["user"] = str(self.people[ADMIN])
                said = self.send(ADMIN, "POST", "/webhooks/new", data=hook).text
                self.secrets += re.findall(r"whsec_[\w-]+", said)
            if view is self.views[1]:
                break

    def registry_name(self, model: type[Model]) -> str:
        return next(name for name, each in self.registry.by_name.items() if each is model)

    def grow(self) -> None:
        """Let there be more foreign records of every model."""
        for model in self.registry.models:
            for place in range(2):
                self.plant(model, "foreign", EACH + place)

    def plant(self, model: type[Model], side: str, place: int) -> int:
        maker = NARROW if side == "own" else ADMIN
        with acting_as(self.actor(maker)), system("a test fills its company"):
            return self.planter.plant(model, side, place)

    def actor(self, kind: str) -> Any:
        """As the pages see the reader."""
        return actor_of(by_id(self.people[kind])[0], "en")

    def ids(self, model: type[Model], side: str) -> list[int]:
        return self.planter.made[model][side]

    def all_ids(self, model: type[Model]) -> list[int]:
        return [id for side in SIDES for id in self.ids(model, side)]

    def row(self, model: type[Model], id: int) -> dict[str, Any]:
        """What a record holds, past every rule."""
        with system("a test looks"):
            record: Any = model.get_by_id(id)
        return dict(record.__data__)

    def _change_and_attach(self, model: type[Model]) -> None:
        """Let each record have referred to every other side once, and carry a file and a word."""
        with acting_as(self.actor(ADMIN)):
            for side in SIDES:
                for id in self.ids(model, side):
                    record: Any = model.get_by_id(id)
                    self._move_about(record)
                    word = self.words.new()
                    self.words.spots[word] = Spot(model, "files", id, side)
                    content = io.BytesIO(word.encode())
                    attach(record, [take_in(content, f"{word}.txt", MEGABYTE)])
                    word = self.words.new()
                    self.words.spots[word] = Spot(model, "comments", id, side)
                    write_comment(record, word)

    def _move_about(self, record: Any) -> None:
        for name, field in own_fields(type(record)).items():
            rel = getattr(field, "rel_model", None)
            if rel in self.planter.made and field.null:
                was = record.__data__.get(name)
                for each in (*(self.ids(rel, side)[0] for side in SIDES), was):
                    try:
                        record.change({name: each})
                    except KarvonError:  # the addon does not let it be moved
                        record = type(record).get_by_id(record.id)

    def attached(self, book: Any, model: type[Model], id: int) -> int:
        """The number of a file or comment of a record."""
        table = model._meta.table_name
        row = book.select(book.id).where(book.model == table, book.record == id).first()
        return row.id if row else NEVER

    def file_of(self, model: type[Model], id: int) -> int:
        return self.attached(Attachment, model, id)

    def comment_of(self, model: type[Model], id: int) -> int:
        return self.attached(Comment, model, id)

    def value_of(self, model: type[Model], id: int) -> int:
        """The number of a value in the history of a record."""
        table = model._meta.table_name
        query = HistoryValue.select(HistoryValue.id).join(History)
        row = query.where(History.model == table, History.record == id).first()
        return row.id if row else NEVER

    @cached_property
    def views(self) -> list[Any]:
        """The screens, those of the addresses that are under attack."""
        views = self.site.app.extensions["model_views"]
        return [view for view in views if view.list_url.startswith(self.within)]

    @cached_property
    def models(self) -> dict[str, type[Model]]:
        """{path in the API: model} of what is under attack."""
        found = {name.replace(".", "/"): model for name, model in self.registry.by_name.items()}
        return {path: model for path, model in found.items() if self.is_within(f"/{path}/")}

    def is_within(self, path: str) -> bool:
        return path.removeprefix("/api/v1").startswith(self.within)

    def hidden(self, model: Any) -> tuple[str, ...]:
        """The fields of a model that are hidden from BLIND, and closed to TIED."""
        return closed_fields(self.registry, model)

    def may_see(self, kind: str, word: str) -> bool:
        spot = self.words.spots[word]
        if kind == NARROW:
            return spot.side == "own"
        if kind == BLIND:
            return not self.is_closed(spot)
        return kind in (ADMIN, TIED, PLAIN)

    def is_closed(self, spot: Spot) -> bool:
        """Whether the field is hidden from BLIND, or stands in lines that are."""
        parent = part_of(spot.model)
        if parent:
            key = spot.model._meta.fields[parent]
            return key.backref in self.hidden(key.rel_model)
        return spot.name in self.hidden(spot.model)

    def leaked(self, kind: str, text: str) -> list[str]:
        """What a text tells a reader that they may not know, a sentence for each place."""
        found = {word for word in WORD.findall(text) if word in self.words.spots}
        return [str(self.words.spots[w]) for w in sorted(found) if not self.may_see(kind, w)]

    def holes(self, check: Check, beside: frozenset[str] = SESSIONS) -> list[str]:
        """What a check finds, and the tables that it changed but for those `beside`."""
        before = self.rows()
        found = list(check(self))
        after = self.rows()
        changed = sorted(name for name in before if before[name] != after[name])
        wrong = [name for name in changed if name not in beside]
        return [*found, *([f"these tables were changed: {', '.join(wrong)}"] if wrong else [])]

    def rows(self) -> dict[str, list[str]]:
        return whole_database()

    def changed_by(self, work: Callable[[], Any], beside: frozenset[str] = SESSIONS) -> list[str]:
        """The tables that `work` changes."""
        before = self.rows()
        work()
        after = self.rows()
        return sorted(n for n in before if before[n] != after[n] and n not in beside)

    def get(self, kind: str, path: str, **options: Any) -> TestResponse:
        """GET as a reader: by a token where the address is one of the API."""
        return self.send(kind, "GET", path, **options)

    def send(self, kind: str, method: str, path: str, **options: Any) -> TestResponse:
        """Any request as a reader: with their token to the API, else with a good CSRF token."""
        options = {"base_url": BASE_URL, "buffered": True, **options}
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.site.token(kind)}"} if kind else {}
            options["headers"] = {**headers, **options.get("headers", {})}
            return self.site.app.test_client().open(path, method=method, **options)
        browser = self.site.browser(kind)
        if method != "GET" and "data" in options:
            options["data"] = {"csrf_token": browser.csrf_token(), **options["data"]}
        return browser.client.open(path, method=method, **options)
