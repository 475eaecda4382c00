"""The verb import: what it prints, and the status with which it ends."""

import pytest

from core.cli.main import main


@pytest.fixture
def verb(migrated_url, tmp_path, monkeypatch, capsys):
    """Call `verb("contacts.contact", "FILE")`: its exit status, stdout and stderr."""
    monkeypatch.setenv("KARVON_DATABASE__URL", migrated_url)
    monkeypatch.setenv("KARVON_PATHS__VAR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(*words):
        return (main(["import", *words]), *capsys.readouterr())

    return run


def test_it_says_for_each_step_what_it_did(verb, tmp_path):
    (tmp_path / "c.csv").write_text("reference,name\n1,Bahor\n")
    created = "c.csv: 1 created, 0 changed, 0 unchanged\n"
    dry = created + "This was a dry run: nothing was kept.\n"
    assert verb("contacts.contact", "c.csv", "--dry-run") == (0, dry, "")
    assert verb("contacts.contact", "c.csv") == (0, created, "")
    same = "c.csv: 0 created, 0 changed, 1 unchanged\n"
    assert verb("contacts.contact", "c.csv") == (0, same, "")


def test_it_ends_with_1_when_anything_is_wrong(verb, tmp_path):
    (tmp_path / "c.csv").write_text("reference,name\n1,Bahor\n2\n")
    status, out, err = verb("contacts.contact", "c.csv")
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "c.csv, line 3: the row is too short: it has 1 cells where the header has 2. Give it a"
        " cell for each column, and put a cell that holds the delimiter into quotes.",
        "Nothing was changed: correct the above and import again.",
    ]


def test_it_shows_a_hundred_problems_and_says_how_many_more_there_are(verb, tmp_path):
    (tmp_path / "c.csv").write_text("reference,name\n" + "1\n" * 105)
    status, _, err = verb("contacts.contact", "c.csv")
    assert status == 1
    assert err.splitlines()[100] == "There are 5 more problems like these."
    assert len(err.splitlines()) == 102


def test_a_folder_or_a_plan_that_is_not_there_is_named(verb, tmp_path):
    status, _, err = verb("--plan", "p.toml", "nowhere")
    assert status == 1
    assert err.splitlines()[:2] == [
        "nowhere: there is no such folder. Name the folder with the files.",
        "p.toml: the file cannot be read: No such file or directory. Check its name.",
    ]


@pytest.mark.parametrize(
    "words", [("contacts.contact",), ("a", "b", "c"), ("--plan", "p.toml", "a", "b"), ()]
)
def test_words_that_make_no_sense_are_answered_with_the_right_ones(verb, words):
    status, out, err = verb(*words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_a_database_that_is_not_migrated_stops_it(verb, tmp_path, monkeypatch):
    monkeypatch.setenv("KARVON_DATABASE__URL", f"sqlite:///{tmp_path / 'new.db'}")
    status, _, err = verb("contacts.contact", "c.csv")
    assert status == 1
    assert "run.py migrate" in err
