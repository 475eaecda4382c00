"""Every text that a person sees is said in Uzbek, Cyrillic Uzbek and Russian."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from core.access.accounts import create_user
from core.access.models import Organization, Team
from core.catalogues import CORE, TRANSLATED, faults, missing
from core.config import ROOT
from core.data.actor import system
from core.i18n import LANGUAGES, load_catalogue
from core.i18n.catalogue import catalogue
from core.modules.discovery import discover
from core.modules.registry import using
from core.testing.instances import BASE_URL, Browser
from core.web.requests import LANGUAGE_COOKIE

WAREHOUSE = ROOT / "tests/warehouse/addons/warehouse"
FOLDERS = [CORE, WAREHOUSE, *(manifest.path for manifest in discover().manifests.values())]
OURS = [language for language in LANGUAGES if language != "en"]
SAID = ("alt", "aria-label", "placeholder", "title")
SILENT = {"kbd", "script", "style", "svg"}
VOID = {"br", "hr", "img", "input", "link", "meta", "use"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# What keeps its Latin letters in every language: names, abbreviations, addresses.
LATIN_NAMES = re.compile(
    r"\b(Karvon|Telegram|API|CSV|Excel|[Ee]mail|migrate|Asia/Tashkent)\b|\S+@\S+|https?://\S+"
)
# They differ on no database; one build of the app a language is enough.
on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


class Reader(HTMLParser):
    """Collects what a page says: its texts and the attributes that are read out or shown."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.said: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        foreign = values.get("lang", self.language) != self.language
        if tag not in VOID and (self.silent or tag in SILENT or foreign):
            self.silent.append(tag)
        if not self.silent:
            toast = tag == "div" and values.get("id") == "toasts"
            self.said += [v for name, v in attrs if name in SAID or (toast and name[:5] == "data-")]

    def handle_endtag(self, tag):
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.said.append(" ".join(data.split()))


def said(page: str, language: str) -> list[str]:
    reader = Reader(language)
    reader.feed(page)
    assert reader.silent == []
    return reader.said


def english(language: str) -> Iterator[str]:
    """The English texts that `language` says otherwise, and the longer pieces of those with
    placeholders.
    """
    words = catalogue(language)
    spoken = {**words.texts, **{key: forms[0] for key, forms in words.counted.items()}}
    for key, wording in spoken.items():
        text = key.rpartition("\x04")[2]
        if text != wording:
            yield from filter(None, (piece.strip(" :.,“”") for piece in PLACEHOLDER.split(text)))


def visited(app, registry, as_role, language: str) -> Iterator[tuple[str, str]]:
    """(address, page) of what somebody meets in their language, from the first visit on."""
    stranger = Browser(app.test_client())
    stranger.client.set_cookie(LANGUAGE_COOKIE, language, domain="127.0.0.1")
    yield "/setup", stranger.get("/setup").text
    for passwords in ({"password": "1"}, {"password": "1", "again": "1"}):
        yield "/setup refused", stranger.post("/setup", {"name": "1", **passwords}).text
    good = {"password": "tong-otdi-quyosh", "again": "tong-otdi-quyosh"}
    yield "/setup with a wrong code", stranger.post("/setup", {"name": "1", **good}).text
    with using(registry), system("a test makes records"):
        create_user("бобур", "tong-otdi-quyosh")
        Team.create(name="Савдо", code="1")
        Organization.create(name="Зарафшон", currency="")
        contact = registry.model("contacts.contact").create(name="Баҳор", language="ru")
        contact.telephones.model.create(contact=contact, number="+998 90 123 45 67")
        contact.emails.model.create(contact=contact, address="bahor@example.uz")
    yield "/login", stranger.get("/login").text
    yield "/login refused", stranger.post("/login", {"name": "1", "password": "1"}).text
    yield "/login without a token", stranger.client.post("/login", base_url=BASE_URL).text
    yield from inside(app, as_role("admin", login="дилноза", language=language))
    yield "/apps refused", as_role("core.staff", login="жасур", language=language).get("/apps").text


def inside(app, browser: Browser) -> Iterator[tuple[str, str]]:
    """The pages of an admin, the last of them after contacts were switched off."""
    for view in app.extensions["model_views"]:
        for address in (view.list_url, f"{view.list_url}1"):
            yield address, browser.get(address).text
    for address in (
        "/",
        "/contacts/contact/?search=%D0%B9%D1%86%D1%83%D0%BA",
        "/contacts/contact/?status=quiet&kind=company",
        "/nowhere",
        "/apps",
        "/apps/contacts/disable",
    ):
        yield address, browser.get(address).text
    yield "/nowhere by POST", browser.post("/", {}).text
    browser.post("/apps/contacts/disable")
    yield "/apps after it", browser.get("/apps").text
    yield "/contacts after it", browser.get("/contacts/nowhere").text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_text_is_translated(folder):
    assert missing(folder) == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_translation_reads_wrongly(folder):
    assert faults(folder) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_same_text_is_translated_alike_everywhere(language):
    """Only the wording of one folder is ever read; give `pgettext` what means something else."""
    wordings: dict[str, set[str]] = {}
    for folder in FOLDERS:
        place = folder / ("locale" if folder == CORE else "i18n")
        for key, wording in load_catalogue(language, (place,)).texts.items():
            wordings.setdefault(key, set()).add(wording)
    assert {key: found for key, found in wordings.items() if len(found) > 1} == {}


@on_sqlite
@pytest.mark.parametrize("language", OURS)
def test_no_page_holds_english(app, registry, as_role, language):
    unsaid = set(english(language))
    longer = re.compile("|".join(re.escape(text) for text in unsaid if " " in text))
    assert len(unsaid) > 100
    found = []
    for address, page in visited(app, registry, as_role, language):
        assert f'<html lang="{language}"' in page, address
        assert "data-reference" not in page, f"{address} broke"
        texts = said(page, language)
        found += [(address, text) for text in texts if text in unsaid or longer.search(text)]
        if language != "uz":
            strange = [t for t in texts if re.search("[A-Za-z]", LATIN_NAMES.sub("", t))]
            found += [(address, text) for text in strange]
    assert found == []
