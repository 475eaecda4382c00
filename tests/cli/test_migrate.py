"""The verb migrate, and what other verbs say before it ran."""

import pytest


def test_it_makes_the_database_and_its_folder_and_says_what_ran(empty_shell):
    first = empty_shell.run("migrate")
    assert first.returncode == 0, first.stderr
    assert "core: 0001_initial\n" in first.stdout
    assert "contacts: 0001_initial\n" in first.stdout
    assert empty_shell.var.stat().st_mode & 0o077 == 0
    again = empty_shell.run("migrate")
    assert (again.returncode, again.stdout) == (0, "The database is up to date.\n")


@pytest.mark.parametrize(
    "words", [["serve"], ["user", "list"], ["addon", "list", "--json"], ["addon", "enable", "x"]]
)
def test_a_verb_that_needs_it_names_it(empty_shell, words):
    done = empty_shell.run(*words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "run `python3 run.py migrate` first" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_is_away_is_one_sentence(empty_shell):
    url = "postgresql://127.0.0.1:1/nowhere"
    done = empty_shell.run("migrate", KARVON_DATABASE__URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used (")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_sentence(empty_shell):
    done = empty_shell.run("demo", KARVON_PATHS__VAR="/proc/karvon")
    assert done.returncode == 1
    assert done.stderr.startswith("/proc/karvon cannot be used (")
    assert done.stderr.count("\n") == 1
