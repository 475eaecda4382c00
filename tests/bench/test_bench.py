"""The verb bench: its words, its rows, its JSON and its exit status; never how fast anything is."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.bench.data import create_people, fill
from core.bench.figures import FIGURES
from core.bench.forms import fields_of
from core.bench.measure import BenchError, Request
from core.bench.report import Line, as_text
from core.data.database import db

CHECKOUT = Path(__file__).resolve().parents[2]
ENTRANCE = "import sys; from core.cli.main import main; sys.exit(main(sys.argv[1:]))"
KEYS = {"name", "cpu_ms", "wall_ms", "value", "unit", "target", "ok"}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


def bench(var: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", ENTRANCE, "bench", *words],
        cwd=CHECKOUT,
        env={**os.environ, "KARVON_PATHS__VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_named_figures_come_as_one_json_list(var: Path) -> None:
    done = bench(var, "list_100k", "api_page", "--rows", "2000", "--json")
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)
    assert [line["name"] for line in lines] == ["list_100k", "api_page"]
    assert all(line.keys() == KEYS for line in lines)
    assert all(line["cpu_ms"] > 0 and line["wall_ms"] > 0 for line in lines)
    assert all(line["ok"] == (line["value"] <= line["target"]) for line in lines)


def test_the_table_has_a_row_for_each_figure_and_the_data_is_kept(var: Path) -> None:
    bench(var, "list_100k", "--rows", "2000", "--json")
    kept = [(file.name, file.stat().st_mtime) for file in (var / "bench").glob("2000-*.db")]
    done = bench(var, "api_page", "list_100k", "--rows", "2000")
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[:2] == ["figure", "CPU"]
    assert [row.split()[0] for row in rows] == ["list_100k", "api_page"]
    again = [(file.name, file.stat().st_mtime) for file in (var / "bench").glob("2000-*.db")]
    assert len(kept) == 1
    assert [name for name, _ in again] == [name for name, _ in kept]


def test_a_figure_that_needs_more_records_says_so_and_the_others_are_measured(var: Path) -> None:
    names = ("list_100k_filtered", "scoped_page", "search_broad_1m", "deep_1m")
    done = bench(var, *names, "--rows", "1000", "--json", "--check")
    lines = {line["name"]: line for line in json.loads(done.stdout)}
    assert list(lines) == sorted(names, key=[figure.name for figure in FIGURES].index)
    assert lines["scoped_page"]["value"] == "needs more --rows"
    assert not lines["scoped_page"]["ok"]
    measured = [name for name, line in lines.items() if isinstance(line["value"], float)]
    assert {"search_broad_1m", "deep_1m"} <= set(measured)
    assert done.returncode == 1
    assert "Missed:" in done.stderr
    assert "scoped_page" in done.stderr.split("Missed:")[1]


def test_what_a_figure_writes_is_gone_after_it(var: Path) -> None:
    done = bench(var, "api_create", "form_save", "--rows", "1000", "--json")
    assert done.returncode == 0, done.stderr
    assert all(line["cpu_ms"] > 0 for line in json.loads(done.stdout))
    (file,) = (var / "bench").glob("1000-*.db")
    with closing(sqlite3.connect(file)) as kept:
        ((count,),) = kept.execute("SELECT COUNT(*) FROM contacts_contact")
        ((made,),) = kept.execute("SELECT COUNT(*) FROM core_history WHERE action = 'create'")
        ((saved,),) = kept.execute("SELECT COUNT(*) FROM core_history WHERE action = 'update'")
    assert count == 1000
    assert made > 4
    assert saved > 1


def test_forms_papers_and_streams_are_measured(var: Path) -> None:
    names = ("form_page", "paper_page", "live_60")
    done = bench(var, *names, "--rows", "1000", "--json")
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)
    assert [line["name"] for line in lines] == list(names)
    assert all(line["value"] > 0 for line in lines)


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    page = """<form><input name="search" value="other"></form><form id="form">
    <input name="version" value="3"><input name="name" value="Bahor &amp; co">
    <input type="checkbox" name="a" value="1" checked><input type="checkbox" name="b" value="1">
    <select name="tags" multiple><option value="1" selected>x<option value="2">y
    <option value="3" selected>z</select><textarea name="note">two\nlines</textarea></form>"""
    assert fields_of(page.encode()) == {
        "version": ["3"],
        "name": ["Bahor & co"],
        "a": ["1"],
        "tags": ["1", "3"],
        "note": ["two\nlines"],
    }


def test_an_unknown_figure_is_refused_with_those_there_are(var: Path) -> None:
    done = bench(var, "list_9", "--rows", "2000")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("There is no figure list_9; the figures are list_100k, ")


def test_a_page_that_is_not_the_one_meant_is_an_error() -> None:
    page = Request("/contacts/contact/", (), 100, lambda body: body.count(b"<tr>"))
    page.check("200 OK", b"<tr>" * 100)
    for status, rows in (("404 NOT FOUND", 100), ("200 OK", 99)):
        with pytest.raises(BenchError, match="instead of 100"):
            page.check(status, b"<tr>" * rows)


def test_a_missed_target_is_named_in_its_row() -> None:
    met = as_text(Line("list_100k", 4.2, 4.3, 4.2, "ms CPU", 5, True))
    missed = as_text(Line("start", None, None, 1200.0, "ms wall", 1000, False))
    assert met.split() == ["list_100k", "4.20", "4.30", "4.20", "ms", "CPU", "5", "ok"]
    short = as_text(Line("scoped_page", None, None, "needs more --rows", "times", 1.15, False))
    assert short.split() == ["scoped_page", "needs", "more", "--rows", "1.15", "MISSED"]
    assert missed.split() == ["start", "1200.00", "ms", "wall", "1000", "MISSED"]


def test_every_figure_has_a_name_of_its_own() -> None:
    names = [figure.name for figure in FIGURES]
    assert len(names) == len(set(names))


def test_made_up_records_are_found_as_written_ones_are(working) -> None:
    contact = working.model("contacts.contact")
    telephone = working.model("contacts.telephone")
    fill(contact, 300, create_people({"boss": ("admin",)}))
    assert contact.select().count() == 300
    assert telephone.select().count() == 390
    called = telephone.select().order_by(telephone.id.desc()).first()
    assert telephone._meta.fields["normal"].derive(called.number) == called.normal
    written = search_rows(working, contact)
    working.search.index(contact, [id for (id,) in contact.select(contact.id).tuples()])
    assert search_rows(working, contact) == written


def test_records_are_written_on_after_the_made_up_ones(working) -> None:
    contact = working.model("contacts.contact")
    before = indexes_of(contact)
    fill(contact, 300, create_people({"boss": ("admin",)}))
    assert contact.create(name="Bahor Market").id == 301
    assert indexes_of(contact) == before


def search_rows(working, model) -> list[tuple[int, str, list[str]]]:
    rows = db.execute_sql(f'SELECT id, head, body FROM "{model._meta.table_name}_search"')
    return sorted((id, head, sorted(body.split("\n"))) for id, head, body in rows.fetchall())


def indexes_of(model) -> list[str]:
    return sorted(index.name for index in db.get_indexes(model._meta.table_name))
