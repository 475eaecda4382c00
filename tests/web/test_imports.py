"""A file is sent, its columns named, its rows looked at and corrected, written and taken back."""

import pytest

from core.data.actor import system
from tests.web.sending_files import LIST, checked, counts, problems, send, upload, workbook

ROLE = "contacts.manager"


@pytest.fixture
def manager(as_role):
    return as_role(ROLE, "core.staff")


@pytest.fixture
def contacts(working):
    """Make `contacts()`: {name: record} of all that there are now."""

    def read():
        with system("a test looks"):
            return {row.name: row for row in working.model("contacts.contact").select()}

    return read


@pytest.mark.requirement("S8")
def test_a_file_becomes_contacts_and_is_taken_back(manager, contacts):
    assert f'href="{LIST}import"' in manager.get(LIST).text
    url = send(manager, "Mijoz nomi,Tel 1,Shahar\nBahor Market,+998901234567,Buxoro\nOlmazor,,\n")
    page = manager.get(url).text
    assert '<option value="name" selected>' in page
    assert '<option value="telephones.1.number" selected>' in page
    assert '<option value="city" selected>' in page

    manager.post(f"{url}/check", {"place": ["name", "telephones.1.number", "city"], "key": ""})
    page = manager.get(url).text
    assert counts(page) == (2, 0, 0, 0)
    assert contacts() == {}

    assert manager.post(f"{url}/run").status_code == 303
    made = contacts()
    assert set(made) == {"Bahor Market", "Olmazor"}
    assert made["Bahor Market"].city == "Buxoro"
    with system("a test looks"):
        assert [line.number for line in made["Bahor Market"].telephones] == ["+998901234567"]
    assert "The import is done" in manager.get(url).text

    assert "Undo the import" in manager.get(f"{url}/undo").text
    manager.post(f"{url}/undo")
    assert contacts() == {}
    assert "The import was undone" in manager.get(url).text


def test_every_error_stands_beside_its_cell_and_is_corrected_there(manager, contacts):
    content = "Name,Kind,Birthday,Customer\n,firma,31.02.2024,balki\nOlmazor,person,31/05/1990,ha\n"
    url = checked(manager, content, ["name", "kind", "birthday", "is_customer"])
    page = manager.get(url).text
    assert counts(page) == (1, 0, 0, 1)
    assert problems(page) == [
        "It is empty. Fill it in.",
        "It is none of the choices Company, Person. Write one of them.",
        "There is no such day. Write a day of the calendar.",
        "It is neither yes nor no. Write yes or no.",
    ]
    assert manager.post(f"{url}/run").status_code == 400
    assert contacts() == {}

    for column, new in enumerate(("Bahor", "Yuridik shaxs", "2024-02-29", "yoʻq")):
        form = {"line": "2", "column": str(column), "new": new}
        body = manager.post(f"{url}/correct", form, headers={"HX-Request": "true"}).text
    assert problems(body) == []
    assert counts(body) == (2, 0, 0, 0)
    manager.post(f"{url}/run")
    made = contacts()
    assert (made["Bahor"].kind, str(made["Bahor"].birthday)) == ("company", "2024-02-29")
    assert (made["Olmazor"].kind, made["Olmazor"].is_customer) == ("person", True)


def test_the_same_fault_is_mended_in_all_rows_at_once(manager):
    content = "Name,Kind\n" + "".join(f"Mijoz {n},frma\n" for n in range(3)) + "Boshqa,???\n"
    url = checked(manager, content, ["name", "kind"])
    page = manager.get(url).text
    assert counts(page) == (0, 0, 0, 4)
    assert "№ 2, 3, 4" in page
    manager.post(f"{url}/correct", {"column": "1", "was": "frma", "new": "company"})
    assert counts(manager.get(url).text) == (3, 0, 0, 1)
    manager.post(f"{url}/correct", {"do": "leave"})
    page = manager.get(url).text
    assert counts(page) == (3, 0, 0, 0)
    assert "Left out: 1" in page
    assert manager.post(f"{url}/run").status_code == 303
    manager.post(f"{url}/correct", {"do": "take", "line": "5"})
    assert "The import is done" in manager.get(url).text


def test_references_are_found_by_key_name_or_any_spelling(manager, contacts, working):
    with system("a test makes a user"):
        owner = working.model("core.user").create(login="jasur", name="Jasur Toʻrayev")
        working.model("contacts.tag").create(name="Ulgurji")
        working.model("contacts.tag").create(name="VIP")
    content = (
        "Name,Works at,Owner,Tags\n"
        'Dilnoza,Bahor Market,jasur,"VIP, ulgurji"\n'
        "Bahor Market,,Жасур Тўраев,\n"
        "Alisher,Yoʻq firma,Hech kim,Boshqa\n"
    )
    places = ["name", "parent", "owner", "tags"]
    url = checked(manager, content, places)
    page = manager.get(url).text
    assert problems(page) == [
        "There is no record called “Yoʻq firma”. Correct the name, or make that record before.",
        "There is no record called “Hech kim”. Correct the name, or make that record before.",
        "There is no record called “Boshqa”. Correct the name, or make that record before.",
    ]
    manager.post(f"{url}/correct", {"do": "leave", "line": "4"})
    assert manager.post(f"{url}/run").status_code == 303
    made = contacts()
    assert made["Dilnoza"].parent_id == made["Bahor Market"].id
    assert made["Dilnoza"].owner_id == made["Bahor Market"].owner_id == owner.id
    with system("a test looks"):
        assert {str(line.tag) for line in made["Dilnoza"].tags} == {"Ulgurji", "VIP"}
    manager.post(f"{url}/undo")
    assert contacts() == {}


def test_records_are_found_by_a_key_and_blank_cells_leave_what_stands(
    manager, contacts, contact, working
):
    with system("a test names its customer"):
        contact.change({"reference": "B1", "job": "Doʻkon"})
    content = (
        "Code,Name,Job,Tel,Tel 2\n"
        "B1,Bahor Savdo,,998901234501,+998711234567\n"
        "B2,Olmazor,,,\n"
        ",Nomsiz,,,\n"
        "B2,Ikkinchi,,,\n"
    )
    places = ["reference", "name", "job", "telephones.1.number", "telephones.2.number"]
    url = checked(manager, content, places, key="reference")
    page = manager.get(url).text
    assert counts(page) == (2, 1, 0, 1)
    assert problems(page) == ["Row 3 has the same. Keep one of them, or give them different ones."]
    manager.post(f"{url}/correct", {"do": "leave"})
    manager.post(f"{url}/run")
    record = contacts()["Bahor Savdo"]
    assert (record.id, record.job, record.city) == (contact.id, "Doʻkon", "Buxoro")
    with system("a test looks"):
        numbers = [line.number for line in record.telephones]
    assert numbers == ["+998901234501", "+998901234502", "+998711234567"]

    again = checked(manager, content.replace("B2,Ikkinchi,,,\n", ""), places, key="reference")
    assert counts(manager.get(again).text) == (1, 0, 2, 0)

    manager.post(f"{url}/undo")
    record = contacts()["Bahor Market"]
    with system("a test looks"):
        assert [line.number for line in record.telephones] == numbers[:2]
    assert set(contacts()) == {"Bahor Market"}


def test_records_are_found_by_what_is_no_key_where_it_names_one(manager, contact, working):
    with system("a test makes two of one name"):
        for _ in range(2):
            working.model("contacts.contact").create(name="Olmazor")
    content = "E-mail,City\nbahor@EXAMPLE.uz,Samarqand\n"
    url = checked(manager, content, ["emails.1.address", "city"], key="emails.address")
    assert counts(manager.get(url).text) == (0, 1, 0, 0)
    url = checked(manager, "Name,City\nOlmazor,Andijon\n", ["name", "city"], key="name")
    assert "Several records have this." in problems(manager.get(url).text)[0]
    url = checked(manager, "Name,City\nOlmazor,Andijon\n", ["name", "city"])
    assert counts(manager.get(url).text) == (1, 0, 0, 0)


def test_what_the_columns_hold_is_remembered_for_files_like_it(manager, as_role):
    content = "A,B,C\nBahor,Buxoro,x\n"
    page = manager.get(send(manager, content)).text
    assert '<option value="city" selected>' not in page
    checked(manager, content, ["name", "city", ""], key="name")
    page = manager.get(send(manager, content)).text
    assert page.count(" selected>") == 3
    assert '<option value="city" selected>' in page
    other = as_role(ROLE, "core.staff")
    assert '<option value="city" selected>' not in other.get(send(other, content)).text


@pytest.mark.parametrize("language", ["uz", "ru"])
def test_headings_are_guessed_in_the_languages_of_the_house(as_role, language):
    manager = as_role(ROLE, "core.staff", language=language)
    heads = {
        "uz": "Nomi,Telefon raqami,Telefon 2,Shahar,INN,Masʼul",
        "ru": "Название,Телефон,Телефон 2,Город,ИНН,Ответственный",
    }
    page = manager.get(send(manager, f"{heads[language]}\nBahor,,,,,\n")).text
    for place in ("name", "telephones.1.number", "telephones.2.number", "city", "tax_id", "owner"):
        assert f'<option value="{place}" selected>' in page, place


def test_excel_and_vcards_come_as_csv_does(manager, contacts):
    rows = [["Name", "Telephone"], ["Bahor", 998901234567], ["Olmazor", "+998901112233"]]
    url = checked(manager, workbook(*rows), ["name", "telephones.1.number"], name="a.xlsx")
    assert counts(manager.get(url).text)[0] == 2
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Dilnoza\nTEL:+998901234567\nEND:VCARD\n"
    url = send(manager, card, "a.vcf")
    page = manager.get(url).text
    for place in ("name", "telephones.1.number", "emails.1.address", "city", "birthday", "note"):
        assert f'<option value="{place}" selected>' in page, place


def test_rows_that_the_file_does_not_give_stand_among_the_others(manager):
    url = checked(manager, "Name,City\nBahor,Buxoro\nOlmazor\nUrganch,Xiva\n", ["name", "city"])
    page = manager.get(url).text
    assert counts(page) == (2, 0, 0, 1)
    assert "The row is too short: it has 1 cells where the header has 2." in problems(page)[0]


def test_a_file_that_is_none_says_what_to_do(manager):
    for content, said in (
        (b"", "The file is empty."),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet of the old kind (xls)"),
        (b"Name,Name\na,b\n", "two columns of the header have the same name"),
        (b"Name\n", "The file holds no rows below its header: choose another."),
        (b"PK\x03\x04 no zip", "no spreadsheet, or a damaged one"),
    ):
        answer = upload(manager, content)
        assert answer.status_code == 400
        assert said.lower() in answer.text.lower(), answer.text
    assert "Your last files" not in manager.get(f"{LIST}import").text
    assert manager.post(f"{LIST}import").status_code == 400


def test_columns_that_cannot_be_used_are_refused(manager):
    url = send(manager, "A,B\nBahor,Buxoro\n")
    for form, said in (
        ({"place": ["name", "name"]}, "Two columns go into"),
        ({"place": ["name"]}, "Say for each column"),
        ({"place": ["", ""]}, "Choose at least one column"),
        ({"place": ["name", "created_by"]}, "There is no field created_by"),
        ({"place": ["name", ""], "key": "city"}, "only be found by a column"),
        ({}, "Say for each column"),
    ):
        answer = manager.post(f"{url}/check", form)
        assert answer.status_code == 400
        assert said in answer.text


def test_the_errors_are_a_file_without_formulas(manager):
    url = checked(manager, 'Name,Kind\n"=HYPERLINK(1)",x\n@b,y\nBahor,person\n', ["name", "kind"])
    answer = manager.get(f"{url}/errors.csv")
    assert answer.headers["Content-Disposition"].endswith("%20%28Errors%29.csv")
    text = answer.data.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "Row,What is wrong,Name,Kind"
    assert lines[1].startswith('2,"Kind: It is none of the choices')
    assert lines[1].endswith(",'=HYPERLINK(1),x")
    assert lines[2].endswith(",'@b,y")
    assert len(lines) == 3


def test_a_page_of_many_rows_is_turned_and_narrowed(manager):
    rows = "".join(f"Mijoz {n:03},{'x' if n % 100 == 7 else 'person'}\n" for n in range(200))
    url = checked(manager, f"Name,Kind\n{rows}", ["name", "kind"])
    page = manager.get(url).text
    assert "Mijoz 049" in page
    assert "Mijoz 050" not in page
    assert "Mijoz 050" in manager.get(f"{url}?show=all&page=2").text
    wrong = manager.get(f"{url}?show=bad").text
    assert [name in wrong for name in ("Mijoz 007", "Mijoz 107", "Mijoz 008")] == [
        True,
        True,
        False,
    ]


def test_a_long_cell_is_shown_in_part_and_imported_as_a_whole(manager, contacts):
    note = "z" * 5_000
    url = checked(manager, f"Name,Note\nBahor,{note}\n", ["name", "note"])
    assert "z" * 301 not in manager.get(url).text
    manager.post(f"{url}/run")
    assert contacts()["Bahor"].note == note
