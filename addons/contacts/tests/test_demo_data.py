"""The demo company: complete, consistent, in good Uzbek, and nobody's real number."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from core.alphabet import fold, fold_digits, to_cyrillic
from core.data.emails import normalise_email
from core.data.tax_numbers import is_plausible_stir
from core.data.telephones import normalise_telephone
from core.i18n import LANGUAGES

DEMO = Path(__file__).parent.parent / "demo"
COMPANY = Path(__file__).parents[3] / "core" / "demo"
FICTITIOUS = re.compile(r"\+998[0-9]{2}0000[0-9]{3}")
WRONG_MARKS = re.compile(r"['‘’`´]")
ALLOWED = {
    "kind": {"company", "person"},
    "status": {"lead", "active", "regular", "quiet", "closed"},
    "channel": {"phone", "telegram", "email", "visit", "mail"},
    "language": set(LANGUAGES),
    "country": {"Oʻzbekiston"},
}


def rows(name, table, folder=DEMO):
    document = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    addon, model = table.split(".")
    return document[addon][model]


CONTACTS = rows("contact", "contacts.contact")
TAGS = rows("tag", "contacts.tag")
TEAMS = rows("team", "core.team", COMPANY)
USERS = rows("user", "core.user", COMPANY)
COMPANIES = [each for each in CONTACTS if each["kind"] == "company"]
PEOPLE = [each for each in CONTACTS if each["kind"] == "person"]


def ids(entries):
    return {each["id"] for each in entries}


def test_the_company_is_large_enough_to_look_real():
    assert len(USERS) == 11
    assert len(COMPANIES) == 60
    assert len([each for each in PEOPLE if "parent" in each]) == 60
    assert len([each for each in COMPANIES if each.get("is_supplier")]) >= 10
    assert len({each["region"] for each in COMPANIES}) == 14


@pytest.mark.parametrize("entries", [CONTACTS, TAGS, TEAMS, USERS])
def test_ids_are_plain_and_unique(entries):
    assert len(ids(entries)) == len(entries)
    assert all(re.fullmatch(r"[a-z0-9-]+", each) for each in ids(entries))


def test_what_is_referred_to_exists_and_comes_first():
    seen = set()
    for contact in CONTACTS:
        assert contact.get("parent") is None or contact["parent"] in seen
        seen.add(contact["id"])
        assert contact["owner"] in ids(USERS)
        assert contact["team"] in ids(TEAMS)
        assert set(contact.get("tags", ())) <= ids(TAGS)
    assert {each["leader"] for each in TEAMS} <= ids(USERS)
    assert all(set(each["members"]) <= ids(USERS) for each in TEAMS)
    used = {tag for contact in CONTACTS for tag in contact.get("tags", ())}
    assert used == ids(TAGS)


@pytest.mark.parametrize("field", ALLOWED)
def test_choices_are_those_of_the_model(field):
    assert {each[field] for each in CONTACTS} <= ALLOWED[field]


def test_every_choice_is_shown_once():
    for field in ("kind", "status", "channel", "language"):
        assert {each[field] for each in CONTACTS} == ALLOWED[field]


def test_telephones_are_fictitious_and_only_one_is_odd():
    numbers = [each for contact in CONTACTS for each in contact["telephones"]]
    assert {each["kind"] for each in numbers} == {"mobile", "work", "fax"}
    normalised = [normalise_telephone(each["number"]) for each in numbers]
    assert normalised.count("") == 1
    assert all(FICTITIOUS.fullmatch(each) for each in normalised if each)
    assert len(set(normalised)) == len(normalised)


def test_addresses_lead_to_nobody():
    mails = [each["address"] for contact in CONTACTS for each in contact.get("emails", ())]
    assert all(normalise_email(each) == each for each in mails)
    assert {each.split("@")[1] for each in mails} == {"example.uz", "example.com"}
    assert len(set(mails)) == len(mails)
    handles = [each["telegram"] for each in CONTACTS if "telegram" in each]
    assert all("_namuna" in each for each in handles)


def test_companies_can_be_paid():
    for company in COMPANIES:
        assert is_plausible_stir(company["tax_id"])
        assert re.fullmatch(r"[0-9]{20}", company["bank_account"])
        assert re.fullmatch(r"[0-9]{5}", company["bank_code"])
    assert len({each["tax_id"] for each in COMPANIES}) == 60


def test_people_have_birthdays_and_are_greeted():
    dated = [each for each in PEOPLE if "birthday" in each]
    assert len(dated) > 50
    assert all(date(1950, 1, 1) < each["birthday"] < date(2005, 1, 1) for each in dated)
    assert len([each for each in PEOPLE if "greeting" in each]) > 50


def test_letters_are_those_of_the_glossary():
    for path in (*DEMO.glob("*.toml"), *COMPANY.glob("*.toml")):
        assert not WRONG_MARKS.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("typed", ["O'tkir", "Otkir", "Ўткир", "Bahor", "Баҳор", "Ким", "Kim"])
def test_a_demonstration_of_search_has_something_to_find(typed):
    assert any(fold(typed) in fold(each["name"]) for each in CONTACTS)


def test_names_stand_in_both_alphabets():
    assert to_cyrillic("Oʻtkir Ergashev") == "Ўткир Эргашев"
    cyrillic = [each["name"] for each in CONTACTS if not each["name"][0].isascii()]
    assert "Гулчеҳра Мирзаева" in cyrillic
    assert "Oʻtkir Ergashev" in {each["name"] for each in PEOPLE}


def test_digits_find_a_telephone():
    digits = [fold_digits(each["number"]) for c in CONTACTS for each in c["telephones"]]
    assert any("970000101" in each for each in digits)
