"""The page of the whole history: who may see it, what it says, and by what it is narrowed."""

import re
from datetime import UTC, datetime

import pytest

from core.access.models import User
from core.background.jobs.models import Job
from core.data.actor import Actor, acting_as, system
from core.data.audit import note
from core.data.history import History
from tests.web.history.entries import entries

TABLE = "contacts_contact"


def somebody(name):
    """Act as a new administrator."""
    user = User.create(login=name.casefold(), name=name)
    return acting_as(Actor(user.id, name, roles=frozenset(["admin"])))


@pytest.mark.parametrize("roles", [(), ("contacts.manager",), ("core.staff",), ("core.observer",)])
def test_only_admins_and_auditors_see_it(as_role, roles):
    browser = as_role(*roles)
    before = History.select().count()
    for path in ("/history", "/history/export.csv"):
        assert browser.get(path).status_code == 403
    assert browser.post("/history/verify").status_code == 403
    assert "/history" not in browser.get("/").text
    assert (History.select().count(), Job.select().count()) == (before, 0)


def test_a_visitor_is_sent_to_the_login(client):
    assert client.get("/history").status_code == 302


@pytest.mark.parametrize("role", ["admin", "core.auditor"])
def test_those_who_may_find_it_in_the_menu(as_role, role):
    browser = as_role(role)
    assert 'href="/history"' in browser.get("/access").text
    assert browser.get("/history").status_code == 200


def test_an_entry_says_who_did_what_and_when_with_its_values(admin, contact):
    with somebody("Dilnoza"):
        record = contact.create(name="Bahor", city="Xiva", is_customer=True)
        record.change({"city": "Buxoro", "is_customer": False})
    changed, made = entries(admin.get("/history"))[:2]
    assert "Dilnoza" in changed
    assert "Changed Contacts Bahor" in changed or "Changed Contact Bahor" in changed
    assert "City: Xiva → Buxoro" in changed
    assert "Customer: Yes → No" in changed
    assert "Created" in made
    assert f'href="/contacts/contact/{record.id}"' in admin.get("/history").text


def test_amounts_and_references_are_said_by_their_names(admin, contact):
    parent = contact.create(name="Bosh kompaniya")
    record = contact.create(name="Bahor")
    record.change({"parent": parent, "owner": admin.user.id})
    said = entries(admin.get("/history"))[0]
    assert "Bosh kompaniya" in said
    assert admin.user.name in said


def test_who_what_and_when_narrow_it(admin, contact, clock):
    clock.set(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
    with somebody("Dilnoza") as dilnoza:
        contact.create(name="Bahor")
    clock.set(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    with somebody("Sardor") as sardor:
        contact.create(name="Navroʻz").archive()
        note("log_in", ("core_user", sardor.id))

    def found(query):
        return entries(admin.get(f"/history?{query}"))

    assert len(found(f"who={dilnoza.id}")) == 1
    assert len(found(f"who={sardor.id}")) == 3
    assert len(found(f"what={TABLE}")) == 3
    assert len(found(f"what={TABLE}&who=sardor")) == 2
    assert len(found("action=archive")) == 1
    assert len(found("action=log_in")) == 1
    assert len(found(f"action=create&what={TABLE}")) == 2
    assert len(found(f"until=2026-03-01&what={TABLE}")) == 1
    assert len(found(f"from=2026-03-02&until=2026-03-02&who={sardor.id}")) == 3
    assert found(f"from=2026-03-03&who={sardor.id}") == []
    assert len(found(f"what={TABLE}&record=1")) == 1
    assert all("The system" in entry or "a test" in entry for entry in found("who=system"))
    assert len(found(f"who={admin.user.login}&what=core_user")) == 0


def test_days_are_those_of_the_reader(admin, contact, clock):
    """21:30 of UTC is the next day in Tashkent."""
    clock.set(datetime(2026, 3, 1, 21, 30, tzinfo=UTC))
    contact.create(name="Bahor")
    with system("a test"):
        User.update(zone="Asia/Tashkent").where(User.id == admin.user.id).execute()
    assert len(entries(admin.get(f"/history?what={TABLE}&from=2026-03-02&until=2026-03-02"))) == 1
    assert entries(admin.get(f"/history?what={TABLE}&until=2026-03-01")) == []


@pytest.mark.parametrize(
    "query",
    [
        "who=nobody-is-called-so",
        "what=core_user'--",
        "what=x&record=1;2",
        "action=dance",
        "from=2026-13-01",
        "until=x",
        "about=everything",
        "after=1-1",
        "after=99999999999999-1",
        "who=9999999999999999999999",
        f"who={'9' * 5_000}",
        f"what=x&record={'9' * 5_000}",
        "who=x%00",
        "about=rights&user=x",
    ],
)
@pytest.mark.attack(30)
def test_a_filter_that_cannot_be_read_is_a_sentence(admin, query):
    answer = admin.get(f"/history?{query}")
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["from=0001-01-01", "until=9999-12-31", "from=9999-12-30"])
def test_a_day_beyond_all_clocks_is_a_day(admin, query):
    assert admin.get(f"/history?{query}").status_code == 200


def test_it_is_paged_by_places_and_counted(admin, contact):
    contact.create_many({"name": f"Mijoz {n}"} for n in range(120))
    page, seen = admin.get(f"/history?what={TABLE}"), []
    assert '<b class="num">120</b>' in page.text
    while True:
        seen += re.findall(r'<tr id="row-(\d+)">', page.text)
        turn = re.search(r'href="(/history\?[^"]*after=[^"]*)"', page.text)
        if turn is None:
            break
        page = admin.get(turn.group(1).replace("&amp;", "&"))
    ids = [id for (id,) in History.select(History.id).where(History.model == TABLE).tuples()]
    assert seen == [str(id) for id in sorted(ids, reverse=True)]


def test_a_page_asks_no_more_for_more_entries(admin, contact, query_count):
    taken = []
    for number in (3, 40):
        for n in range(number):
            contact.create(name=f"Mijoz {n}").change({"city": f"Xiva {n}"})
        with query_count:
            admin.get(f"/history?what={TABLE}")
        taken.append(len(query_count))
    assert taken[0] >= taken[1]


def test_htmx_gets_the_entries_alone(admin, contact):
    contact.create(name="Bahor")
    page = admin.get("/history", headers={"HX-Request": "true"})
    assert entries(page)
    assert "<h1" not in page.text


def test_codes_of_events_are_told_in_words(as_role, working):
    note("invite", ("core_user", 1), [("way", None, "shown")])
    note("remove_factor", ("core_user", 1), [("factor", "app", None)])
    reader = as_role("admin", language="ru")
    said = " ".join(entries(reader.get("/history")))
    assert "по показанной ссылке" in said
    assert "приложение с кодами" in said
    assert "shown" not in said
