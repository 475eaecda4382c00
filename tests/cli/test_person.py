"""The verb person hands out what is held of somebody, and erases it."""

import json
import zipfile

import pytest


@pytest.fixture
def number(empty_shell, tmp_path):
    assert empty_shell.run("migrate").returncode == 0
    file = tmp_path / "contacts.csv"
    file.write_text("reference,name,kind,note\nR1,Zulayho Qodirova,person,choy ichadi\n")
    assert empty_shell.run("import", "contacts.contact", str(file)).returncode == 0
    return "1"


def test_an_export_is_a_zip_that_only_its_owner_reads(empty_shell, number, tmp_path):
    file = tmp_path / "person.zip"
    done = empty_shell.run("person", "export", "contacts.contact", number, str(file))
    assert (done.returncode, done.stdout.strip()) == (0, str(file))
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        [record] = json.loads(archive.read("record.json"))
    assert record["Name"] == "Zulayho Qodirova"


def test_erasing_says_what_goes_and_wants_a_yes(empty_shell, number):
    words = ("person", "erase", "contacts.contact", number, "--reason", "asked for it")
    asked = empty_shell.run(*words)
    assert asked.returncode == 1
    assert "Fields of the record" in asked.stdout
    assert "Nothing was changed; say --yes" in asked.stderr
    done = empty_shell.run(*words, "--yes")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Erased contacts.contact 1.")
    looked = empty_shell.run("doctor")
    said = (looked.stdout + looked.stderr).lower()
    assert "search" not in said
    assert "history was changed" not in said


def test_what_is_no_person_is_refused_in_a_sentence(empty_shell, number, tmp_path):
    file = str(tmp_path / "x.zip")
    refused = empty_shell.run("person", "export", "contacts.tag", "1", file)
    assert refused.returncode == 1
    assert "contacts.tag holds no people; these do: contacts.contact, core.user." in refused.stderr
    refused = empty_shell.run("person", "export", "contacts.contact", "77", file)
    assert refused.stderr.strip() == "There is no contacts.contact 77."
