"""Records from files: made once, changed where they differ, and never doubled."""

from datetime import date

import pytest

from core.access.accounts import create_user
from core.exchange import importing

PEOPLE = """
[[step]]
name = "Companies"
file = "contacts.csv"
model = "contacts.contact"
[step.fields]
reference = { column = "id", format = "c-{}" }
name = "company"
[step.parts]
telephones = [
    { number = "phone", kind = { constant = "work" } },
    { number = "fax", kind = { constant = "fax" } },
]

[[step]]
name = "People"
file = "contacts.csv"
model = "contacts.contact"
skip_without = "person"
[step.fields]
reference = { column = "id", format = "c-{}-person" }
parent = { model = "contacts.contact", key = "reference", column = "id", format = "c-{}" }
name = "person"
kind = { constant = "person" }
"""
ROWS = "id,company,person,phone,fax\n1,Bahor,Dilnoza,71 1,71 2\n2,Zilol, ,71 3,\n"


def counts(outcome):
    return [(done.created, done.changed, done.unchanged) for done in outcome.done]


@pytest.fixture
def companies(files):
    files.write("contacts.csv", ROWS)
    return files


def test_a_row_becomes_a_company_and_the_person_under_it(companies, contact):
    outcome = companies.by_plan(PEOPLE)
    assert outcome.is_kept
    assert [(done.step, done.created) for done in outcome.done] == [("Companies", 2), ("People", 1)]
    person = contact.get(reference="c-1-person")
    assert (person.name, person.kind, person.parent.name) == ("Dilnoza", "person", "Bahor")
    numbers = [(line.kind, line.number) for line in person.parent.telephones]
    assert numbers == [("work", "71 1"), ("fax", "71 2")]


def test_the_same_files_again_change_nothing(companies, contact):
    companies.by_plan(PEOPLE)
    parts = companies.registry.parts(contact)["telephones"]
    before = [(line.id, line.version) for line in parts.select().order_by("id")]
    assert counts(companies.by_plan(PEOPLE)) == [(0, 0, 2), (0, 0, 1)]
    assert [(line.id, line.version) for line in parts.select().order_by("id")] == before
    assert {record.version for record in contact.select()} == {1}


def test_only_what_differs_is_changed(companies, contact):
    companies.by_plan(PEOPLE)
    companies.write("contacts.csv", ROWS.replace("71 3,", "71 3,71 4").replace("Bahor", "Bahor!"))
    assert counts(companies.by_plan(PEOPLE)) == [(0, 2, 0), (0, 0, 1)]
    assert contact.get(reference="c-1").name == "Bahor!"
    assert [line.number for line in contact.get(reference="c-2").telephones] == ["71 3", "71 4"]


def test_the_lines_that_a_plan_names_become_those_of_the_file(companies, contact):
    companies.by_plan(PEOPLE)
    parts = companies.registry.parts(contact)
    record = contact.get(reference="c-1")
    parts["telephones"].create(contact=record, number="added by hand")
    parts["emails"].create(contact=record, address="dilnoza@example.uz")
    assert counts(companies.by_plan(PEOPLE)) == [(0, 1, 1), (0, 0, 1)]
    assert [line.number for line in record.telephones] == ["71 1", "71 2"]
    assert [line.address for line in record.emails] == ["dilnoza@example.uz"]


def test_fields_that_a_plan_does_not_name_are_left_alone(companies, contact):
    companies.by_plan(PEOPLE)
    contact.get(reference="c-1").change({"note": "Yaxshi mijoz", "city": "Buxoro"})
    assert counts(companies.by_plan(PEOPLE))[0] == (0, 0, 2)
    assert contact.get(reference="c-1").note == "Yaxshi mijoz"


def test_a_dry_run_says_what_would_be_done_and_keeps_nothing(companies, contact):
    outcome = companies.by_plan(PEOPLE, dry_run=True)
    assert counts(outcome) == [(2, 0, 0), (1, 0, 0)]
    assert not outcome.is_kept
    assert contact.select().count() == 0


def test_a_fault_in_the_last_step_undoes_the_first(companies, contact):
    plan = PEOPLE.replace('column = "id", format = "c-{}" }\nname = "person"',
                          'column = "phone" }\nname = "person"')  # fmt: skip
    assert companies.refused(companies.by_plan, plan) == [
        "contacts.csv, line 2, column “phone”, cell “71 1”: there is no Contact whose reference is"
        " “71 1”. Correct the cell, or import that record before."
    ]
    assert contact.select().count() == 0


def test_a_row_may_refer_to_a_later_row_of_its_own_file(files, contact):
    data = "reference,name,parent\n1,Usta,2\n2,Boshliq,3\n3,Direktor,\n"
    assert counts(files.plain(data)) == [(3, 0, 0)]
    assert contact.get(name="Usta").parent.parent.name == "Direktor"
    assert counts(files.plain(data)) == [(0, 0, 3)]


def test_rows_that_refer_to_each_other_in_a_circle_are_told(files):
    told = files.refused(files.plain, "reference,name,parent\n1,A,2\n2,B,1\n3,C,\n")
    assert told == [
        f"contacts.csv, line {line}, column “parent”, cell “{cell}”: these records refer to each"
        " other in a circle. Leave one of the cells empty."
        for line, cell in ((2, 2), (3, 1))
    ]


def test_a_row_with_a_fault_is_not_blamed_on_those_that_refer_to_it(files):
    told = files.refused(files.plain, "reference,name,parent\n1,,\n2,Zilol,1\n")
    assert [sentence.split(":")[0] for sentence in told] == [
        "contacts.csv, line 2, column “name”, cell “”"
    ]


def test_a_reference_may_go_by_another_unique_field(files, contact):
    create_user("dilnoza", roles=())
    map = '[fields]\nreference = "id"\nname = "id"\nowner = { constant = "dilnoza" }\n'
    assert files.by_map("id\n1\n", map).is_kept
    assert contact.get().owner.login == "dilnoza"


def test_lines_may_refer_to_other_records(files, contact):
    files.write("tags.csv", "tag\nulgurji\n")
    plan = """
    [[step]]
    file = "tags.csv"
    model = "contacts.tag"
    fields = { name = "tag" }
    [[step]]
    file = "contacts.csv"
    model = "contacts.contact"
    fields = { reference = "id", name = "id" }
    parts = { tags = [{ tag = "tag" }] }
    """
    files.write("contacts.csv", "id,tag\n1,ulgurji\n2,\n")
    assert counts(files.by_plan(plan)) == [(1, 0, 0), (2, 0, 0)]
    assert [str(line) for line in contact.get(reference="1").tags] == ["ulgurji"]
    assert counts(files.by_plan(plan)) == [(0, 0, 1), (0, 0, 2)]


def test_what_the_database_refuses_is_found_by_its_row(files):
    files.registry.model("contacts.tag").create(name="ulgurji")
    map = '[fields]\nreference = "id"\nname = "id"\n[parts]\ntags = [{tag = "a"}, {tag = "b"}]\n'
    assert files.refused(files.by_map, "id,a,b\n1,ulgurji,\n2,ulgurji,ulgurji\n", map) == [
        "contacts.csv, line 3: the database refuses the row."
        " See whether another record has one of its values already."
    ]


def test_cells_are_translated_by_values_and_blank_ones_stand_for_the_default(files, contact):
    map = """
    [fields]
    reference = "id"
    name = "id"
    status = { column = "state", values = { A = "active", Q = "quiet" } }
    birthday = "born"
    is_customer = "buys"
    """
    data = "id,state,born,buys\n1,Q,31.05.1990,yes\n2,,1990-05-31,\n3,A,,0\n"
    assert files.by_map(data, map).is_kept
    columns = (contact.status, contact.birthday, contact.is_customer)
    assert list(contact.select(*columns).order_by(contact.id).tuples()) == [
        ("quiet", date(1990, 5, 31), True),
        ("active", date(1990, 5, 31), False),
        ("active", None, False),
    ]


def test_more_rows_than_one_batch_are_imported_in_their_order(files, contact):
    rows = importing.ROWS_AT_ONCE * 2 + 7
    data = "reference,name\n" + "".join(f"{n},Mijoz {n}\n" for n in range(rows))
    assert counts(files.plain(data)) == [(rows, 0, 0)]
    assert contact.get(contact.reference == "2003").name == "Mijoz 2003"
    assert counts(files.plain(data)) == [(0, 0, rows)]


def test_what_was_imported_is_found_by_a_search(companies, contact):
    from core.data.search import narrow_or_broad

    companies.write("contacts.csv", ROWS.replace("71 1", "+998 71 244-18-30"))
    companies.by_plan(PEOPLE)
    assert [
        record.name for record in contact.select().where(narrow_or_broad(contact, "2441830")[0])
    ] == ["Bahor"]
