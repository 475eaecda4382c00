"""The timeline on the page of a record: in the reader's words, and only what the reader may see."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from core.access.lines import Access
from core.access.models import Team, User
from core.data.actor import Actor, acting_as
from core.data.fields import now
from core.data.history import History
from core.modules.registry import using
from core.testing.sites import Site
from core.web.records import timeline

NEVER = 2_000_000_000


def told(page):
    """The words of the timeline of a page, an entry a line."""
    inside = re.search(r'<ol class="tl">(.*?)</ol>', page.text, re.DOTALL)
    html = inside[1] if inside else page.text
    entries = re.split(r"</?li[^>]*>", html)
    texts = [unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", entry))) for entry in entries]
    return [text.strip() for text in texts if text.strip()]


def everything(page):
    return " | ".join(told(page))


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def address(record):
    return f"/contacts/contact/{record.id}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Today", "Created", "Status: Lead → Active", "Customer: No → Yes")),
        ("uz", ("Bugun", "Yaratildi", "Holat: Lid → Faol", "Mijoz: Yoʻq → Ha")),
        ("ru", ("Сегодня", "Создано", "Статус: Лид → Активный", "Клиент: Нет → Да")),
    ],
)
def test_changes_are_said_in_the_language_of_the_reader(contact, as_role, language, words):
    record = contact.create(name="Bahor", status="lead")
    record.change({"status": "active", "is_customer": True, "birthday": date(2001, 2, 3)})
    page = as_role("contacts.manager", language=language).get(address(record))
    text = everything(page)
    for word in words:
        assert word in text
    assert ("3 Feb 2001" if language == "en" else "03.02.2001") in text


def test_the_newest_stands_first_with_who_did_it_and_when(contact, as_role):
    browser = as_role("contacts.manager")
    record = contact.create(name="Bahor")
    with acting_as(Actor(id=browser.user.id, name=browser.user.name, is_system=True)):
        record.change({"city": "Xiva"})
    day, first, second = told(browser.get(address(record)))
    assert day == "Today"
    assert browser.user.name in first
    assert re.search(r"\d\d:\d\d", first)
    assert "City: — → Xiva" in first
    assert "The system" in second
    assert "Created" in second


def test_what_is_referred_to_is_named_where_the_reader_may_see_it(contact, as_role, working):
    manager = as_role("contacts.manager")
    secret = contact.create(name="Maxfiy", owner=manager.user.id)
    record = contact.create(name="Bahor")
    own = as_role("contacts.own")
    team = Team.create(code="north", name="Shimol")
    record.change({"parent": secret.id, "team": team.id, "owner": own.user.id})
    assert "Works at: — → Maxfiy" in everything(manager.get(address(record)))
    text = everything(own.get(address(record)))
    assert "Maxfiy" not in text
    assert "Works at: — → hidden" in text
    assert "Team: — → Shimol" in text


def test_lines_come_change_and_go_under_their_record(working, contact, as_role):
    record = contact.create(name="Bahor")
    line = working.model("contacts.telephone").create(contact=record, number="+998712441830")
    tag = working.model("contacts.tag").create(name="Ulgurji")
    working.model("contacts.contact_tag").create(contact=record, tag=tag)
    line.change({"number": "+998907654321"})
    line.delete_instance()
    text = everything(as_role("contacts.manager").get(address(record)))
    assert "Telephones: added Mobile · +998 71 244 18 30" in text
    assert "Telephones · Number: +998 71 244 18 30 → +998 90 765 43 21" in text
    assert "Telephones: removed Mobile · +998 90 765 43 21" in text
    assert "Tags: added Ulgurji" in text


def test_a_record_with_the_id_of_a_deleted_one_has_nothing_of_its_history(contact, as_role):
    before = contact.create(name="Maxfiy", city="Xiva")
    before.change({"city": "Sirdaryo"})
    before.delete_instance()
    record = contact.create(id=before.id, name="Bahor")
    text = everything(as_role("contacts.manager").get(address(record)))
    assert "Created" in text
    assert "Maxfiy" not in text
    assert "Sirdaryo" not in text


def test_lines_that_had_one_id_after_another_are_told_apart(working, contact, as_role):
    record = contact.create(name="Bahor")
    telephone, line = working.model("contacts.telephone"), None
    for number in ("+998712441831", "+998712441832", "+998712441833"):
        if line:
            line.delete_instance()
        line = telephone.create(id=line and line.id, contact=record, number=number)
    text = everything(as_role("contacts.manager").get(address(record)))
    ends = re.findall(r"Telephones: (added|removed) Mobile · \+998 71 244 18 (\d\d)", text)
    assert ends == [
        ("added", "33"),
        ("removed", "32"),
        ("added", "32"),
        ("removed", "31"),
        ("added", "31"),
    ]


def test_archiving_and_restoring_are_told(contact, as_role):
    record = contact.create(name="Bahor")
    record.archive()
    contact.get_by_id(record.id).restore()
    text = everything(as_role("contacts.manager").get(address(record)))
    assert "Archived" in text
    assert "Restored" in text


def hiding(registry, model, *names):
    """The registry with these fields of `model` hidden from everybody but the admin."""
    lines = [
        Access(line.model, line.role, line.actions, line.scope, names)
        if line.model is model
        else line
        for line in registry.access
    ]
    return replace(registry, access=tuple(lines))


def test_a_hidden_field_and_hidden_lines_are_absent(working, contact, instance):
    record = contact.create(name="Bahor")
    record.change({"tax_id": "304871265", "city": "Xiva"})
    contact.get_by_id(record.id).change({"tax_id": "999"})
    working.model("contacts.telephone").create(contact=record, number="+998712441830")
    user = User.create(login="own", name="Own")
    working.model("core.user_role").create(user=user, role="contacts.manager")
    narrowed = hiding(working, contact, "tax_id", "telephones")
    with using(narrowed):
        site = Site(narrowed, instance.settings, {"own": user.id})
        text = everything(site.browser("own").get(address(record)))
    assert "Xiva" in text
    assert not {"304871265", "999", "Tax id", "Telephones", "244"} & set(re.split(r"[ :|→]+", text))
    assert "Tax id" not in text


@pytest.mark.requirement("S28")
def test_the_history_of_a_record_out_of_reach_is_like_that_of_none(contact, as_role):
    record = contact.create(name="Maxfiy")
    own = as_role("contacts.own")
    hidden = own.get(f"{address(record)}/history")
    never = own.get(f"/contacts/contact/{NEVER}/history")
    assert hidden.status_code == never.status_code == 404
    strip = re.compile(r'(?:content|value)="[\w.-]{40,}"|\d+')
    assert strip.sub("", hidden.text) == strip.sub("", never.text)
    assert as_role("core.staff").get(f"{address(record)}/history").status_code == 403


def test_earlier_entries_come_page_by_page_and_none_twice(contact, as_role):
    record = contact.create(name="Bahor")
    for number in range(45):
        contact.update(city=f"S{number:02}.").where(contact.id == record.id).execute()
    browser = as_role("contacts.manager")
    page, seen, days = browser.get(address(record)), [], 0
    for _page in range(5):
        text = everything(page)
        seen += re.findall(r"→ (S\d\d)\.", text)
        days += text.count("Today")
        more = re.search(r'hx-get="([^"]+/history[^"]+)"', page.text)
        if not more:
            break
        page = browser.get(unescape(more[1]), headers={"HX-Request": "true"})
        assert "<html" not in page.text
    assert seen == [f"S{number:02}" for number in reversed(range(45))]
    assert "Created" in text
    assert days == 1


@pytest.mark.parametrize("before", ["", "x", "-1", "0", str(2**63), str(10**40), "1;DROP"])
def test_a_place_that_is_none_breaks_nothing(contact, as_role, before):
    record = contact.create(name="Bahor")
    browser = as_role("contacts.manager")
    page = browser.get(f"{address(record)}/history?before={before}&day=%22%3E%3Cb%3E")
    assert page.status_code == 200
    assert '"><b>' not in page.text


def test_what_was_typed_is_shown_as_text(contact, as_role):
    record = contact.create(name="Bahor")
    record.change({"note": "<script>alert(1)</script>" + "a" * 1000})
    page = as_role("contacts.manager").get(address(record))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "a" * 300 not in everything(page)


def test_days_are_called_as_people_call_them(working, contact, instance, as_role):
    record = contact.create(name="Bahor")
    view = next(v for v in instance.build().extensions["model_views"] if v.model is contact)
    shown = timeline.Timeline(view, record.id)
    today = now()
    called = [str(shown._when(today - timedelta(days=days))["day"]) for days in (0, 0, 1, 40)]
    assert called[:3] == ["Today", "", "Yesterday"]
    assert re.fullmatch(r"\d+ \w{3} \d{4}", called[3])


def test_a_page_of_the_timeline_asks_a_bounded_number_of_questions(
    working, contact, as_role, query_count
):
    def filled(lines):
        record = contact.create(name="Bahor")
        for number in range(lines):
            telephone = working.model("contacts.telephone")
            telephone.create(contact=record, number=f"+9989012345{number:02}")
            record.change({"city": f"S{number}", "owner": owners[number % 3]})
            record = contact.get_by_id(record.id)
        return record

    owners = [User.create(login=f"u{n}", name=f"U{n}").id for n in range(3)]
    browser = as_role("contacts.manager")
    counts = []
    for lines in (2, 9):
        page = f"{address(filled(lines))}/history"
        browser.get(page)
        with query_count:
            browser.get(page)
        counts.append(len(query_count))
    assert counts[0] == counts[1] <= 12


def test_a_change_through_the_site_keeps_its_address_and_request(working, as_role):
    browser = as_role("core.staff")
    for language in ("ru", "uz"):
        browser.post("/language", {"language": language})
    rows = list(History.select().order_by(History.id.desc()).limit(2))
    assert {(row.model, row.actor, row.address) for row in rows} == {
        ("core_user", browser.user.id, "127.0.0.1")
    }
    assert all(re.fullmatch(r"[0-9a-f]{8}", row.request) for row in rows)
    assert rows[0].request != rows[1].request


def test_roles_are_called_by_their_titles(working, as_role):
    user = User.create(login="own", name="Own")
    working.model("core.user_role").create(user=user, role="contacts.manager")
    admin, staff = as_role("admin"), as_role("core.staff")
    assert "Roles: added Contacts: all customers" in everything(admin.get(f"/core/user/{user.id}"))
    assert "Roles" not in everything(staff.get(f"/core/user/{user.id}"))
