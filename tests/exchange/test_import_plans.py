"""A cell or a plan that fits no field is answered with sentences, and nothing is changed."""

import pytest

from core.exchange.problems import Problem

FIELDS = '[fields]\nreference = "id"\nname = "id"\n'

# What stands in the column "cell", for which field, and the end of the sentence that answers it.
CELLS = {
    "no date": ("birthday", "soon", "it is no date. Write it as 2024-05-31 or 31.05.2024."),
    "no such day": ("birthday", "30.02.2024", "there is no such day. Write a day of the calendar."),
    "no truth": (
        "is_customer",
        "maybe",
        "it is neither yes nor no. Write yes or no, true or false, 1 or 0.",
    ),
    "no choice": (
        "status",
        "idle",
        "it is none of the choices lead, active, regular, quiet, closed."
        " Write one of them, or translate it under “values”.",
    ),
    "no record": (
        "parent",
        "9",
        "there is no Contact whose reference is “9”. Correct the cell, or import that record"
        " before.",
    ),
    "no user": (
        "owner",
        "nobody",
        "there is no User whose login is “nobody”. Correct the cell, or import that record before.",
    ),
    "too long": ("postal_code", "1" * 33, "it has 33 characters where 32 fit. Shorten it."),
}


@pytest.mark.parametrize("fault", CELLS)
def test_a_cell_that_fits_no_field_is_told(files, fault):
    name, cell, sentence = CELLS[fault]
    told = files.refused(files.by_map, f"id,cell\n1,{cell}\n", f'{FIELDS}{name} = "cell"\n')
    assert told == [f"contacts.csv, line 2, column “cell”, cell “{cell}”: {sentence}"]


def test_a_number_that_is_none_or_too_large_is_told(files):
    data = "login,name,contact_id\na,A,1.5\nb,B,2147483648\nc,C,٣\nd,D,2147483647\n"
    assert [sentence.partition(": ")[2] for sentence in files.refused(
        files.plain, data, "core.user"
    )] == [
        "it is no whole number. Write digits alone, such as 1250.",
        "the number is too large. Write one below 2,147,483,648.",
        "it is no whole number. Write digits alone, such as 1250.",
    ]  # fmt: skip


# A map, and the sentence that answers it. The file has the columns id and state.
MAPS = {
    "no TOML": (
        "fields = ",
        "map.toml: this is no TOML: Invalid value (at end of document). Correct that place.",
    ),
    "Latin-1": (b"# K\xf6nig\n", "map.toml: the file is not UTF-8. Save it as UTF-8."),
    "too deep": (
        "a = " + "[" * 100_000,
        "map.toml: the brackets are nested too deeply. Write it more simply.",
    ),
    "nothing": (
        "",
        "map.toml: the key “fields” is missing. Name the fields and their columns.",
    ),
    "an unknown key": (
        f"keys = 1\n{FIELDS}",
        "map.toml: there is no key “keys”. Write “key”; there are key, skip_without, fields,"
        " parts.",
    ),
    "an unknown key of a column": (
        FIELDS + 'status = { colum = "state", column = "state" }\n',
        "map.toml, fields.status: there is no key “colum”. Write “column”; there are column,"
        " constant, format, values, model, key.",
    ),
    "neither column nor constant": (
        FIELDS + 'status = { format = "{}" }\n',
        "map.toml, fields.status: it needs either a column or a constant. Write one of the two.",
    ),
    "a number for a column": (
        FIELDS + "status = 3\n",
        "map.toml, fields.status: this is neither a column nor a table."
        " Write the name of a column, or { constant = … }.",
    ),
    "a fraction": (
        FIELDS + "status = { constant = 1.5 }\n",
        "map.toml, fields.status: this kind of value cannot stand in a cell."
        " Write it as text in quotes.",
    ),
    "a format without a place": (
        FIELDS + 'status = { column = "state", format = "x" }\n',
        "map.toml, fields.status: the format “x” does not hold {} once."
        " Write {} where the cell goes, such as customer-{}.",
    ),
    "an unknown field": (
        FIELDS + 'statis = "state"\n',
        "map.toml, fields.statis: Contact has no field “statis” to fill. Write “status”;",
    ),
    "a field that Karvon keeps": (
        FIELDS + 'version = "state"\n',
        "map.toml, fields.version: Contact has no field “version” to fill. Write",
    ),
    "a constant that does not fit": (
        FIELDS + 'status = { constant = "idle" }\n',
        "map.toml, fields.status: “idle” does not fit: it is none of the choices",
    ),
    "a value that does not fit": (
        FIELDS + 'status = { column = "state", values = { A = "idle" } }\n',
        "map.toml, fields.status: “idle” does not fit: it is none of the choices",
    ),
    "a reference to another model": (
        FIELDS + 'parent = { column = "state", model = "core.user" }\n',
        "map.toml, fields.parent: it refers to contacts.contact, not to “core.user”."
        ' Write model = "contacts.contact".',
    ),
    "a reference by what is not unique": (
        FIELDS + 'parent = { column = "state", key = "name" }\n',
        "map.toml, fields.parent: “name” is not unique among Contacts."
        " Write one that there is; there are reference.",
    ),
    "a model for a text": (
        FIELDS + 'city = { column = "state", model = "core.user" }\n',
        "map.toml, fields.city: it refers to no other record. Leave “model” and “key” out.",
    ),
    "parts of another name": (
        FIELDS + '[parts]\ntelephone = [{ number = "state" }]\n',
        "map.toml, parts.telephone: Contact has no parts “telephone”. Write “telephones”;",
    ),
    "parts that are no list": (
        FIELDS + '[parts]\ntelephones = "state"\n',
        "map.toml, parts: parts are lists of tables."
        ' Write such as telephones = [{ number = "phone" }].',
    ),
    "an unknown field of a part": (
        FIELDS + '[parts]\ntelephones = [{ nummer = "state" }]\n',
        "map.toml, parts.telephones[1].nummer: Telephone has no field “nummer” to fill."
        " Write “number”; there are kind, number.",
    ),
    "no key": (
        '[fields]\nname = "id"\n',
        "map.toml, fields: nothing fills “reference”, by which records are found."
        " Name the column with it, or another unique field as “key”.",
    ),
}


@pytest.mark.parametrize("fault", MAPS)
def test_a_map_that_cannot_be_followed_is_told(files, fault):
    map, sentence = MAPS[fault]
    told = files.refused(files.by_map, "id,state\n1,A\n", map)
    assert len(told) == 1, told
    assert told[0].startswith(sentence)


def test_a_cell_that_values_do_not_name_is_told(files):
    map = FIELDS + 'status = { column = "state", values = { A = "active" } }\n'
    assert files.refused(files.by_map, "id,state\n1,B\n", map) == [
        "contacts.csv, line 2, column “state”, cell “B”: the map has no value for it."
        " Write one that there is; there are A."
    ]


@pytest.mark.parametrize("column", ["version", "id"])
def test_a_column_that_no_field_is_like_is_answered_with_those_there_are(files, column):
    told = files.refused(files.plain, f"reference,name,{column}\n1,Bahor,1\n")
    assert len(told) == 1
    assert "Write one that there is; there are name, kind, " in told[0]


@pytest.mark.parametrize("file", ["/etc/passwd", "../contacts.csv", "a/../../contacts.csv"])
def test_a_plan_names_no_file_outside_of_its_folder(files, file):
    files.write("contacts.csv", "id\n1\n")
    plan = f"""
    [[step]]
    file = "{file}"
    model = "contacts.contact"
    fields = {{ reference = "id", name = "id" }}
    """
    assert files.refused(files.by_plan, plan) == [
        f"plan.toml, step 1: the file “{file}” lies outside the folder."
        " Name a file in the folder that is imported."
    ]


def test_a_sentence_ends_with_one_stop():
    said = str(Problem("a.csv", "This is not allowed.", "Is it meant so?"))
    assert said == "a.csv: This is not allowed. Is it meant so?"


def test_all_faults_of_a_plan_are_told_with_their_places(files):
    plan = """
    [[step]]
    file = "contacts.csv"
    model = "contacts.contakt"
    fields = {}
    [[step]]
    file = "people.csv"
    model = "contacts.contact"
    fields = { reference = "id", nam = "id" }
    [[step]]
    """
    files.write("contacts.csv", "id\n1\n")
    assert [sentence.partition(". ")[0] for sentence in files.refused(files.by_plan, plan)] == [
        "plan.toml, step 3: the key “file” is missing",
        "plan.toml, step 3: the key “model” is missing",
        "plan.toml, step 3: the key “fields” is missing",
    ]
    assert [sentence.partition(": ")[0] for sentence in files.refused(
        files.by_plan, plan.rpartition("[[step]]")[0]
    )] == ["plan.toml, step 1", "people.csv", "plan.toml, step 2, fields.nam"]  # fmt: skip


@pytest.mark.parametrize("plan", ["", "step = 1", "step = [1]", "[[steps]]"])
def test_a_plan_without_steps_is_told(files, plan):
    assert files.refused(files.by_plan, plan)[0].startswith("plan.toml")


def test_without_a_map_every_column_must_be_a_field(files):
    told = files.refused(files.plain, "reference,name,adress\n1,Bahor,Navoiy 1\n")
    assert told[0].startswith(
        "contacts.csv, line 1, column “adress”: Contact has no field “adress” to fill."
        " Write “address”; there are name, kind, "
    )


def test_an_unknown_model_names_the_nearest(files):
    told = files.refused(files.plain, "reference,name\n1,Bahor\n", "contacts.contacts")
    assert told[0].startswith(
        "contacts.csv, line 1: there is no model “contacts.contacts”. Write “contacts.contact”;"
    ) or told[0].startswith(
        "contacts.csv: there is no model “contacts.contacts”. Write “contacts.contact”;"
    )
