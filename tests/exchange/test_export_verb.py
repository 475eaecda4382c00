"""The verb export writes what import reads again."""

import pytest

from core.exchange.exports.gathering import Gathering
from core.exchange.exports.tables import csv_texts, names_for_programs, table_for_programs
from core.exchange.importing import import_file
from core.exchange.selection import Ask, Selection


@pytest.mark.requirement("S8")
def test_an_exported_file_is_imported_as_it_was(working, tmp_path):
    model = working.model("contacts.contact")
    first = model.create(reference="R1", name="=Bahor", city="+1", is_customer=True)
    model.create(reference="R2", name="Anor", parent=first, birthday="1990-05-31")
    gathering = Gathering(Selection(model, Ask(sort="id")), names_for_programs(model))
    file = tmp_path / "contacts.csv"
    pieces = csv_texts(table_for_programs(gathering), gathering.batches(gathering.ids()))
    file.write_bytes(b"".join(pieces))
    outcome = import_file("contacts.contact", file)
    assert not outcome.problems, [str(problem) for problem in outcome.problems.shown]
    assert (outcome.done[0].created, outcome.done[0].unchanged) == (0, 2)


def test_the_verb_writes_a_file_by_its_suffix(empty_shell, tmp_path):
    file = tmp_path / "contacts.xlsx"
    assert empty_shell.run("migrate").returncode == 0
    assert empty_shell.run("export", "contacts.contact", str(file)).returncode == 0
    assert file.read_bytes().startswith(b"PK")
    refused = empty_shell.run("export", "contacts.contact", str(tmp_path / "contacts.odt"))
    assert refused.returncode == 1
    assert ".odt" in refused.stderr
