"""Contacts leave as vCards and their birthdays as a calendar: under the rights of an export."""

from datetime import date

import icalendar
import pytest
import vobject

from core.exchange.exports.book import Export

LIST = "/contacts/contact/"
MANAGER = "contacts.manager"


@pytest.fixture
def people(working, contact):
    model = working.model("contacts.contact")
    return model.create(
        name="Oʻtkir; Ergashev, usta",
        parent=contact,
        job="Direktor",
        city="Buxoro",
        address="Navoiy 5",
        birthday=date(1990, 2, 28),
        note="Birinchi\r\nTEL:+666\rIkkinchi\x07",
    )


def cards(answer):
    assert answer.status_code == 200, answer.text
    return {card.fn.value: card for card in vobject.readComponents(answer.data.decode())}


@pytest.mark.requirement("S8")
def test_contacts_leave_as_vcards(people, as_role):
    answer = as_role(MANAGER).get(f"{LIST}export.vcf")
    found = cards(answer)
    named = "attachment; filename=\"contact.vcf\"; filename*=UTF-8''Contacts.vcf"
    assert answer.headers["Content-Disposition"] == named
    assert answer.content_type == "text/vcard; charset=utf-8"
    firm, person = found["Bahor Market"], found["Oʻtkir; Ergashev, usta"]
    assert [line.value for line in firm.tel_list] == ["+998901234501", "+998901234502"]
    assert firm.email.value == "bahor@example.uz"
    assert person.org.value == ["Bahor Market"]
    assert (person.title.value, person.bday.value) == ("Direktor", "1990-02-28")
    assert (person.adr.value.street, person.adr.value.city) == ("Navoiy 5", "Buxoro")


@pytest.mark.attack(31)
def test_no_value_begins_a_line_of_its_own_in_a_card(people, as_role):
    answer = as_role(MANAGER).get(f"{LIST}export.vcf?search=Direktor&city=Buxoro")
    person = cards(as_role(MANAGER).get(f"{LIST}export.vcf"))["Oʻtkir; Ergashev, usta"]
    assert person.note.value == "Birinchi\nTEL:+666\nIkkinchi"
    assert "tel" not in person.contents
    assert b"\nTEL:+666" not in answer.data


@pytest.mark.requirement("S8")
def test_birthdays_leave_as_a_calendar_that_comes_each_year(people, as_role):
    answer = as_role(MANAGER).get(f"{LIST}export.ics")
    assert answer.status_code == 200
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["SUMMARY"] == "Oʻtkir; Ergashev, usta"
    assert event["DTSTART"].dt == date(1990, 2, 28)
    assert event["RRULE"] == {"FREQ": ["YEARLY"]}
    assert str(event["URL"]).endswith(f"{LIST}{people.id}")
    assert (Export.get().format, Export.get().model) == ("ics", "contacts.contact")


def test_the_files_hold_what_the_filtered_list_holds(people, as_role):
    browser = as_role(MANAGER)
    assert set(cards(browser.get(f"{LIST}export.vcf?search=Bahor"))) == {"Bahor Market"}
    assert b"VEVENT" not in browser.get(f"{LIST}export.ics?search=Bahor").data
    told = {(row.format, row.asked, row.rows) for row in Export.select()}
    assert told == {("vcf", "search=Bahor", 1), ("ics", "search=Bahor", 1)}


@pytest.mark.attack(6)
def test_who_may_not_export_is_refused_cards_and_calendars(people, as_role):
    browser = as_role("contacts.user")
    for format in ("vcf", "ics"):
        assert f"export.{format}" not in browser.get(LIST).text
        assert browser.get(f"{LIST}export.{format}").status_code == 403
        assert f"export.{format}" in as_role(MANAGER).get(LIST).text
    assert Export.select().count() == 0


def test_records_that_are_no_people_leave_neither_as_cards_nor_as_events(people, as_role):
    browser = as_role(MANAGER)
    for format in ("vcf", "ics"):
        assert f"export.{format}" not in browser.get("/contacts/tag/").text
        assert browser.get(f"/contacts/tag/export.{format}").status_code == 404


def test_more_cards_ask_the_database_no_more(people, as_role, query_count):
    browser = as_role(MANAGER)
    browser.get(f"{LIST}export.vcf").get_data()
    taken = []
    for _ in range(2):
        with query_count:
            assert len(cards(browser.get(f"{LIST}export.vcf"))) >= 2
        taken.append(len(query_count))
        type(people).create_many({"name": f"Mijoz {number}"} for number in range(50))
    assert taken[0] == taken[1]
