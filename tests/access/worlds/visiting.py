"""What visitors of a stored world see, on pages, by API, in files and on paper: as the oracle says.

Where a field is hidden on some record that is reached, lists may leave it out everywhere.
"""

import csv
import io
import json
import re
from typing import Any

import pypdf

from core.access.models import Token
from core.access.secrets import digest
from core.data.actor import system
from core.modules.registry import using
from core.testing.instances import BASE_URL
from core.testing.sites import Site
from tests.access.worlds.building import NAMED, NUMBERED, TAXED, Built, id_of, place_of
from tests.access.worlds.facts import Asking

LIST, API = "/contacts/contact/", "/api/v1/contacts/contact"
SAYS = {"name": NAMED, "tax_id": TAXED}  # fields whose values no other record has
REFUSED = (400, 403, 404, 422)


class Visit:
    """Visitors of one world. `made` counts the decisions that were looked at."""

    def __init__(self, built: Built, settings: Any) -> None:
        self.world, self.built = built.world, built
        people = {f"person{n}": id_of("user", n) for n in range(len(self.world.people))}
        self.site = Site(built.registry, settings, people)
        self.tokens: dict[Asking, str] = {}
        self.contacts = range(len(self.world.records["contact"]))
        self.made = self.shown = 0

    # What the oracle says

    def may(self, asking: Asking, action: str, place: int, name: str | None = None) -> bool:
        return self.world.allows(asking, action, "contact", place, name)

    def is_hidden(self, asking: Asking, action: str, name: str) -> bool:
        """Whether the field is hidden on some record that is reached."""
        reached = self.world.reached(asking, action, "contact")
        return any(not self.may(asking, action, n, name) for n in reached)

    def is_open(self, asking: Asking, action: str, name: str) -> bool:
        """Whether nothing hides the field from who asks; in between, lists may leave it out."""
        pairs = self.world.pairs(asking, action, "contact")
        return not self.world.limited(asking, action, "contact", name) and not any(
            self.world.hides(line, name) for _seat, line in pairs
        )

    def is_live(self, place: int) -> bool:
        return not self.world.records["contact"][place]["archived"]

    def agree(self, about: Any, found: Any, expected: Any) -> None:
        self.made += 1
        self.shown += bool(expected)
        if found != expected:
            facts = f"{found!r}, and should be {expected!r}, for {about}\n{self.world.told()}"
            raise AssertionError(facts)

    # Ways to ask

    def page(self, asking: Asking, path: str) -> Any:
        return self.site.browser(f"person{asking.person}").get(path)

    def call(self, asking: Asking, path: str, method: str = "GET", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token(asking)}"}
        client = self.site.app.test_client()
        return client.open(API + path, method=method, headers=headers, base_url=BASE_URL, **options)

    def _token(self, asking: Asking) -> str:
        if asking not in self.tokens:
            key = f"kv_{len(self.tokens)}"
            roles = None if asking.narrowed is None else ",".join(asking.narrowed)
            with system("a test hands out a token"):
                user = id_of("user", asking.person)
                Token.create(digest=digest(key), user=user, roles=roles, actions=asking.actions)
            self.tokens[asking] = key
        return self.tokens[asking]

    # Pages

    def details(self, asking: Asking, place: int) -> None:
        """The page of a record, and what it must not say."""
        page = self.page(asking, f"{LIST}{id_of('contact', place)}")
        about = ("details", asking, place)
        self.agree(about, page.status_code == 200, self.may(asking, "r", place))
        self._silent(about, asking, page.text, [place] if page.status_code == 200 else [])
        if page.status_code == 200:
            for name, text in SAYS.items():
                if self.is_open(asking, "r", name):
                    self.agree((*about, name), text.format(place) in page.text, True)

    def form(self, asking: Asking, place: int) -> None:
        """The form of a record."""
        page = self.page(asking, f"{LIST}{id_of('contact', place)}/edit")
        may = self.may(asking, "r", place) and self.may(asking, "u", place)
        self.agree(("form", asking, place), page.status_code == 200, may)
        self._silent(("form", asking, place), asking, page.text, [place] if may else [])
        for name in ("name", "tax_id", "city"):
            if not may or not self.may(asking, "u", place, name):
                self.agree(("form", asking, place, name), f'name="{name}"' in page.text, False)

    def rows(self, asking: Asking, place: int) -> None:
        """The list: who is in it, and what it must not say."""
        page = self.page(asking, LIST)
        reached = self.world.reached(asking, "r", "contact")
        live = [n for n in reached if self.is_live(n)]
        self._silent(("list", asking), asking, page.text, live)
        if self.is_open(asking, "r", "name"):
            # A record that is not in the list may be what another in it leads to.
            beside = set(self._parents(asking, live)) - set(live)
            found = [n for n in self.contacts if NAMED.format(n) in page.text]
            self.agree(("list", asking), [n for n in found if n not in beside], live)
        for name in ("owner", "city"):
            if self.is_hidden(asking, "r", name):
                for question in (f"?sort={name}", f"?group={name}", f"?{name}=1"):
                    status = self.page(asking, LIST + question).status_code
                    self.agree(("list", asking, question), status, 400)

    def _silent(self, about: Any, asking: Asking, text: str, places: list[int]) -> None:
        """Nothing is said of a record that is not there, or where a field of it is hidden."""
        for n in self.contacts:
            for name, said in SAYS.items():
                if (n not in places and name == "tax_id") or not self.may(asking, "r", n, name):
                    self.agree((*about, name, n), said.format(n) in text, False)
        for n, line in enumerate(self.world.records["telephone"]):
            if not self.world.allows(asking, "r", "telephone", n, "number"):
                number = re.sub(r"\D", "", NUMBERED.format(n))
                plain = re.sub(r"[^\d<]", "", text)
                self.agree((*about, "number", n, line), number in plain, False)

    # API

    def read(self, asking: Asking, place: int, name: str) -> None:
        """One record with one field."""
        answer = self.call(asking, f"/{id_of('contact', place)}?fields={name}")
        about = ("read", asking, place, name, answer.status_code)
        may = self.may(asking, "r", place, name)
        if not may or self.is_open(asking, "r", name):
            self.agree(about, answer.status_code == 200, may)
        if self.is_hidden(asking, "r", name):
            self.agree(about, answer.status_code, 400)
        if name in SAYS and answer.status_code == 200:
            self.agree(about, answer.json[name], SAYS[name].format(place))

    def write(self, asking: Asking, place: int, name: str) -> None:
        """A field is written; what was written is taken back."""
        contact, id = self.built.models["contact"], id_of("contact", place)
        with system("a test looks"):
            version = contact.get_by_id(id).version
        body = {"version": version, name: "Boshqa" if name == "name" else "301112299"}
        answer = self.call(asking, f"/{id}", "PATCH", json=body)
        about = ("write", asking, place, name, answer.status_code, answer.text[:200])
        may = self.may(asking, "r", place) and self.may(asking, "u", place, name)
        if not may or (self.is_open(asking, "u", name) and self.is_open(asking, "r", name)):
            self.agree(about, answer.status_code == 200, may)
        with using(self.built.registry), system("a test takes it back"):
            stands = getattr(contact.get_by_id(id), name)
            was = SAYS[name].format(place)
            self.agree(about, stands == was, answer.status_code in REFUSED)
            contact.update({name: was}).where(contact.id == id).execute()

    def found(self, asking: Asking, place: int, name: str) -> None:
        """A search and a filter by what only one record says."""
        value = SAYS[name].format(place)
        live = self.is_live(place)
        by = {"search": value, "filter": json.dumps([name, "=", value])}
        for way, asked in by.items():
            answer = self.call(asking, "", query_string={way: asked})
            about = (way, asking, place, name, answer.status_code)
            items = answer.json.get("items", []) if answer.status_code == 200 else []
            ids = [place_of("contact", item["id"]) for item in items]
            may = live and self.may(asking, "r", place, name)
            if not may or self.is_open(asking, "r", name):
                self.agree(about, ids, [place] if may else [])
            if way == "filter" and self.is_hidden(asking, "r", name):
                self.agree(about, answer.status_code, 400)
        if self.is_hidden(asking, "r", name):
            self.agree(("sort", asking), self.call(asking, f"?sort={name}").status_code, 400)

    # Files and paper

    def taken(self, asking: Asking) -> list[int] | None:
        """The records that may be taken out; None: nothing may."""
        if not all(self.world.allows(asking, action, "contact", None) for action in "rx"):
            return None
        both = self.world.reached(asking, "r", "contact") & self.world.reached(
            asking, "x", "contact"
        )
        return sorted(n for n in both if self.is_live(n))

    def export(self, asking: Asking, place: int) -> None:
        """The list as a file."""
        answer = self.page(asking, f"{LIST}export.csv")
        text = answer.data.decode("utf-8-sig") if answer.status_code == 200 else ""
        self._file(("export", asking), asking, answer.status_code, text)
        if text:
            _header, *lines = csv.reader(io.StringIO(text, newline=""))
            self.agree(("export", asking), len(lines), len(self.taken(asking) or []))

    def paper(self, asking: Asking, place: int) -> None:
        """The list as a PDF."""
        answer = self.page(asking, f"{LIST}print.pdf")
        text = ""
        if answer.status_code == 200:
            pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
            text = "\n".join(page.extract_text() for page in pages)
        self._file(("paper", asking), asking, answer.status_code, text)

    def _file(self, about: Any, asking: Asking, status: int, text: str) -> None:
        taken = self.taken(asking)
        self.agree((*about, status), status == 200, taken is not None)
        for name, said in SAYS.items():
            shown = [n for n in self.contacts if said.format(n) in text]
            may = [
                n
                for n in taken or []
                if self.may(asking, "r", n, name) and self.may(asking, "x", n, name)
            ]
            # A record is called by its name wherever another leads to it, for who may read it.
            beside = self._parents(asking, taken or []) if name == "name" else []
            too_much = [n for n in shown if n not in (*may, *beside)]
            self.agree((*about, name, "too much"), too_much, [])
            if name == "name" and all(self.is_open(asking, action, name) for action in "rx"):
                self.agree((*about, name), [n for n in may if n not in shown], [])

    def _parents(self, asking: Asking, places: list[int]) -> list[int]:
        """Where the records lead to, as far as the reader may know."""
        parents = {self.world.records["contact"][n]["parent"] for n in places} - {None}
        return [n for n in parents if self.may(asking, "r", n, "name")]
