"""Every model, every kind of reader: a page or an answer of the API holds only rows in reach."""

import json
import re
import zipfile
from io import BytesIO

import pytest

from core.data.actor import system
from core.exchange.names import title_field

READERS = ("own", "team", "ruled", "all", "roleless", "admin")
NEVER = 2_000_000_000


def masked(text, *words):
    """A page without what differs between two visits: the token, and the words that were asked."""
    text = re.sub(r'(content|value)="[\w.-]{40,}"', "", text)
    for word in words:
        text = text.replace(str(word), "#")
    return text


def reached(world, kind, model):
    """(ids in reach, all ids) by the model itself."""
    with system("a test"):
        every = [id for (id,) in model.select(model.id).tuples()]
    with world.acting_as_stored(kind):
        return {id for (id,) in model.select(model.id).tuples()}, every


@pytest.mark.requirement("S28")
@pytest.mark.attack(1)
@pytest.mark.attack(18)
def test_the_page_of_a_hidden_record_is_like_one_that_never_was(site, world):
    with site.unchanged():
        for view in site.app.extensions["model_views"]:
            for kind in READERS:
                browser = site.browser(kind)
                reach, every = reached(world, kind, view.model)
                never = browser.get(f"{view.list_url}{NEVER}")
                for id in every:
                    page = browser.get(f"{view.list_url}{id}")
                    if id in reach:
                        assert page.status_code == 200, (view.model, kind, id)
                    else:
                        assert page.status_code == never.status_code in (403, 404)
                        assert masked(page.text, id) == masked(never.text, NEVER, id)


@pytest.mark.requirement("S28")
@pytest.mark.attack(1)
@pytest.mark.attack(18)
def test_the_api_says_the_same_of_a_hidden_record_as_of_none(site, world):
    with site.unchanged():
        for name, model in world.registry.by_name.items():
            path = name.replace(".", "/")
            for kind in READERS:
                reach, every = reached(world, kind, model)
                never = site.call(kind, f"{path}/{NEVER}")
                for id in every[:60]:
                    answer = site.call(kind, f"{path}/{id}")
                    if id in reach:
                        assert answer.status_code == 200, (model, kind, id)
                        assert answer.json["id"] == id
                    else:
                        assert answer.status_code == never.status_code in (403, 404)
                        assert answer.text == never.text


@pytest.mark.requirement("S28")
def test_the_api_lists_and_counts_exactly_what_is_in_reach(site, world):
    for name, model in world.registry.by_name.items():
        path = name.replace(".", "/")
        for kind in READERS:
            reach, _ = reached(world, kind, model)
            answer = site.call(kind, path, limit=500, count=1, archived=1)
            if answer.status_code == 403:
                assert reach == set(), (model, kind)
                continue
            assert {item["id"] for item in answer.json["items"]} == reach
            assert answer.json["total"] == len(reach)


def titles(world, kind):
    """(model, name) of every record that the reader may not see, names they may see left out."""
    hidden, seen = [], set()
    for model in world.registry.models:
        with system("a test"):
            name = title_field(model)
            rows = list(model.select(model.id, model._meta.fields[name]).tuples()) if name else []
        reach, _ = reached(world, kind, model)
        hidden += [(model.__name__, text) for id, text in rows if id not in reach]
        seen |= {text for id, text in rows if id in reach}
    return [(model, text) for model, text in hidden if text not in seen]


@pytest.mark.requirement("S28")
@pytest.mark.attack(7)
def test_no_page_names_a_hidden_record(site, world):
    for kind in READERS:
        browser = site.browser(kind)
        hidden = [t for t in titles(world, kind) if t[1] != f"Xodim-{kind}"]
        pages = ["/"]
        for view in site.app.extensions["model_views"]:
            pages += [view.list_url, f"{view.list_url}?search=mij", f"{view.list_url}?owner=1"]
            pages += [f"{view.list_url}{id}" for id in sorted(reached(world, kind, view.model)[0])]
        for path in pages:
            text = browser.get(path).text
            assert [entry for entry in hidden if entry[1] in text] == [], (kind, path)


@pytest.mark.attack(7)
def test_no_answer_of_the_api_names_a_hidden_record(site, world):
    for kind in READERS:
        hidden = titles(world, kind)
        for name in world.registry.by_name:
            text = site.call(kind, name.replace(".", "/"), limit=500, archived=1).text
            assert [entry for entry in hidden if json.dumps(entry[1]) in text] == [], (kind, name)


@pytest.mark.attack(8)
def test_no_count_or_filter_tells_of_a_hidden_row(site, world):
    for kind in ("own", "team", "ruled"):
        hidden = sorted(world.hidden(kind))
        for asked in (
            ["id", "in", hidden],
            ["parent", "in", hidden],
            ["or", ["id", "in", hidden], ["id", "<", 0]],
        ):
            answer = site.call(kind, "contacts/contact", filter=json.dumps(asked), count=1)
            found = {item["id"] for item in answer.json["items"]}
            assert not found & set(hidden)
            assert answer.json["total"] == len(found)


@pytest.mark.attack(10)
def test_nobody_reads_as_somebody_else(site, world):
    for kind in ("own", "roleless"):
        browser = site.browser(kind)
        plain = browser.get("/contacts/contact/")
        for name in ("user", "as", "role", "actor", "user_id", "sudo"):
            for value in ("admin", world.people["admin"]):
                page = browser.get(f"/contacts/contact/?{name}={value}")
                names = set(re.findall(r"Mijoz \d+", page.text))
                assert names == set(re.findall(r"Mijoz \d+", plain.text))
                assert site.call(kind, "contacts/contact", **{name: value}).status_code in (
                    400,
                    403,
                )
                headers = {f"X-{name}": str(value), "X-Remote-User": "admin"}
                again = browser.get("/contacts/contact/", headers=headers)
                assert set(re.findall(r"Mijoz \d+", again.text)) == names


def said(body: bytes) -> str:
    """What an answer holds, the parts of a workbook included."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace")


BOOKS = (
    *("credential", "session", "token", "attempt", "setup_code", "addon", "authenticator"),
    *("recovery_code", "passkey", "challenge", "half_login", "one_time_link"),
)


@pytest.mark.attack(17)
def test_no_secret_is_read_anywhere(site, world):
    secrets = site.secrets()
    assert len(secrets) > 5
    for kind in ("admin", "own"):
        browser = site.browser(kind)
        texts = [said(browser.get(path, buffered=True).get_data()) for path in site.pages()]
        for name in world.registry.by_name:
            texts.append(site.call(kind, name.replace(".", "/"), limit=500).text)
        joined = "\n".join(texts)
        assert [secret for secret in secrets if secret in joined] == []
        for table in BOOKS:
            assert site.call(kind, f"core/{table}").status_code == 404
