"""Fields that an administrator adds: a column of the database, everywhere, without code."""

import json

import pytest

from core.data.database import db
from core.modules import lifecycle

LIST = "/contacts/contact/"
FIELDS = "/studio/custom_field/"
API = "/api/v1/contacts/contact"
CHOICES = "Yaxshi | Хорошо | Good\nyomon = Yomon | Плохо | Bad"
KINDS = {
    "text": ("B-7", "B-7"),
    "long": ("bir\nikki", "bir"),
    "whole": ("125", "125"),
    "decimal": ("12.5", "12.500"),
    "date": ("2026-03-08", "2026"),
    "yes_no": ("1", "Yes"),
    "choice": ("good", "Good"),
    "reference": ("1", "Bahor"),
}


def body(page):
    return page.text.split("</thead>")[-1]


def columns(table="contacts_contact"):
    return {column.name for column in db.get_columns(table)}


def test_a_field_of_text_stands_in_form_list_and_page_of_contacts(design):
    browser = design(in_list="1", title_en="Customer code")
    answer = browser.post(f"{LIST}new", {"name": "Bahor", "x_customer_code": "B-7"})
    assert answer.status_code == 303
    assert "Customer code" in browser.get(f"{LIST}new").text
    page = browser.get(answer.location).text
    assert "Customer code" in page
    assert "B-7" in page
    listed = browser.get(f"{LIST}?x_customer_code=B-7").text
    assert "Customer code" in listed
    assert "B-7" in listed
    assert "B-7" not in body(browser.get(f"{LIST}?x_customer_code=C"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_filled_in_and_shown(kind, design):
    typed, _shown = KINDS[kind]
    more = {"choices": CHOICES} if kind == "choice" else {}
    target = "contacts.contact" if kind == "reference" else ""
    browser = design(kind=kind, column="kod", target=target, in_list="1", **more)
    first = browser.post(f"{LIST}new", {"name": "Bahor"}).location
    sent = {"name": "Kuz", "x_kod": first.rsplit("/", 1)[-1] if kind == "reference" else typed}
    answer = browser.post(f"{LIST}new", sent)
    assert answer.status_code == 303
    assert KINDS[kind][1] in browser.get(answer.location).text
    assert browser.get(f"{LIST}?sort=-name").status_code == 200


def test_programs_read_write_and_filter_a_field_of_ours(design, program_of, instance):
    design(column="kod", kind="choice", choices=CHOICES)
    send = program_of("contacts.manager")
    made = send("POST", API, {"name": "Bahor", "x_kod": "good"})
    assert made.status_code == 201
    send("POST", API, {"name": "Kuz", "x_kod": "yomon"})
    asked = json.dumps([["x_kod", "=", "good"]])
    found = send("GET", f"{API}?filter={asked}&fields=name,x_kod").json
    assert [(each["name"], each["x_kod"]) for each in found["items"]] == [("Bahor", "good")]
    said = send("GET", "/api/v1/openapi.json").text
    assert "x_kod" in said
    assert send("POST", API, {"name": "Yoz", "x_kod": "boshqa"}).status_code == 422


def test_an_archived_field_is_hidden_keeps_its_values_and_comes_back(design, instance, browser_of):
    browser = design(column="kod")
    url = browser.post(f"{LIST}new", {"name": "Bahor", "x_kod": "B-7"}).location
    design.designer.post(f"{FIELDS}1/archive")
    browser = browser_of(instance, "contacts.manager")
    assert "B-7" not in browser.get(url).text
    assert "x_kod" not in browser.get(f"{LIST}new").text
    assert browser.get(f"{LIST}?sort=x_kod").status_code == 400
    design.designer.post(f"{FIELDS}1/restore")
    assert "B-7" in browser_of(instance, "contacts.manager").get(url).text


def test_a_purge_says_how_much_goes_and_leaves_an_archive(design, tmp_path, instance, browser_of):
    browser = design(column="kod")
    browser.post(f"{LIST}new", {"name": "Bahor", "x_kod": "B-7"})
    refused = design.designer.post(f"{FIELDS}1/buttons/purge")
    assert "Archive the field first" in refused.text
    assert "/buttons/purge" not in design.designer.get(f"{FIELDS}1").text
    design.designer.post(f"{FIELDS}1/archive")
    assert "/buttons/purge" in design.designer.get(f"{FIELDS}1").text
    asked = design.designer.post(f"{FIELDS}1/buttons/purge")
    assert "1 value goes into an archive" in asked.text
    said = "1 value goes into an archive below var/backups, and the field is gone."
    gone = design.designer.post(f"{FIELDS}1/buttons/purge", {"confirmed": said})
    assert gone.status_code == 303
    assert "x_kod" not in columns()
    assert list(tmp_path.glob("**/*-column-contacts_contact.x_kod.tar.gz"))
    assert browser_of(instance, "contacts.manager").get(LIST).status_code == 200


def test_the_records_stay_usable_without_the_studio(design, instance, browser_of):
    browser = design(column="kod")
    url = browser.post(f"{LIST}new", {"name": "Bahor", "x_kod": "B-7"}).location
    lifecycle.disable(instance.found(), "studio")
    without = browser_of(instance, "contacts.manager")
    assert "B-7" not in without.get(url).text
    assert without.post(f"{LIST}new", {"name": "Kuz"}).status_code == 303
    lifecycle.enable(instance.found(), "studio")
    assert "B-7" in browser_of(instance, "contacts.manager").get(url).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"column": 'x"; DROP TABLE core_user; --'}, "is no name for programs"),
        ({"column": "Kod"}, "is no name for programs"),
        ({"column": "a" * 40}, "is no name for programs"),
        ({"name": "Ўзбекча"}, "is no name for programs"),
        ({"kind": "choice"}, "Write the choices"),
        ({"kind": "choice", "choices": "Ёмон"}, "needs a word of small Latin letters"),
        ({"kind": "reference"}, "Choose which record"),
        ({"records": "studio.rule"}, "Choose the records"),
        ({"records": "core.nothing"}, "Choose the records"),
        ({"reader": "studio.nobody"}, "no such role"),
        ({"section": "core.team:name"}, "one of other records"),
    ],
)
def test_what_is_no_field_is_refused_in_a_sentence_and_nothing_is_done(wrong, said, design):
    before = columns()
    values = {"name": "Kod", "records": "contacts.contact", "kind": "text", **wrong}
    answer = design.designer.post(f"{FIELDS}new", values)
    assert answer.status_code == 422
    assert said in answer.text
    assert columns() == before


def test_a_name_is_given_once_and_what_is_stored_stays_as_it_is(design):
    design(column="kod", kind="choice", choices=CHOICES)
    again = design.designer.post(
        f"{FIELDS}new", {"name": "Kod", "records": "contacts.contact", "column": "x_kod"}
    )
    assert "There is a field x_kod already" in again.text
    changed = design.designer.post(f"{FIELDS}1/edit", {"version": "2", "kind": "text"})
    assert "stay: make another field" in changed.text


def test_a_choice_that_is_used_stays(design, instance, browser_of):
    browser = design(column="kod", kind="choice", choices=CHOICES)
    browser.post(f"{LIST}new", {"name": "Bahor", "x_kod": "yomon"})
    designer = browser_of(instance, "studio.designer", "contacts.manager")
    sent = {"version": "2", "choices": "Yaxshi | Хорошо | Good"}
    assert "“yomon” is in use" in designer.post(f"{FIELDS}1/edit", sent).text
    blind = browser_of(instance, "studio.designer", "contacts.own")
    assert "Bahor" not in blind.get(LIST).text
    assert "“yomon” is in use" in blind.post(f"{FIELDS}1/edit", sent).text
    added = {"version": "2", "choices": f"{CHOICES}\nAʼlo | Отлично | Great"}
    assert designer.post(f"{FIELDS}1/edit", added).status_code == 303
    assert "Great" in browser_of(instance, "contacts.manager").get(f"{LIST}new").text


def test_a_field_for_one_role_is_nowhere_for_others(design, instance, browser_of, program_of):
    browser = design(column="narx", reader="studio.designer")
    url = browser.post(f"{LIST}new", {"name": "Bahor", "x_narx": "777"}).location
    assert "777" in browser.get(url).text
    other = browser_of(instance, "contacts.manager")
    page = other.get(url).text
    assert "777" not in page
    assert "x_narx" not in other.get(f"{LIST}new").text
    assert other.get(f"{LIST}?x_narx=777").status_code == 400
    assert "777" not in other.get(f"{LIST}export.csv").text
    send = program_of("contacts.manager")
    assert "x_narx" not in send("GET", API).text
    assert send("GET", f"{API}?sort=x_narx").status_code == 400


def test_who_may_only_read_a_field_cannot_fill_it_in(design, instance, browser_of):
    browser = design(column="narx", writer="studio.designer")
    url = browser.post(f"{LIST}new", {"name": "Bahor", "x_narx": "777"}).location
    other = browser_of(instance, "contacts.manager")
    assert "777" in other.get(url).text
    assert "x_narx" not in other.get(f"{url}/edit").text
    other.post(f"{url}/edit", {"version": "1", "name": "Bahor", "x_narx": "1"})
    assert "777" in other.get(url).text


def test_titles_speak_each_language(design, instance, browser_of):
    design(name="Mijoz kodi", title_ru="Код клиента", title_en="Code", column="kod")
    for language, title in (
        ("uz", "Mijoz kodi"),
        ("uz-Cyrl", "Мижоз коди"),
        ("ru", "Код клиента"),
        ("en", "Code"),
    ):
        assert (
            title
            in browser_of(instance, "contacts.manager", language=language).get(f"{LIST}new").text
        )
