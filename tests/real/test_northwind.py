"""Customers and suppliers of a real wholesaler, imported by the verb, counted from the files."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from peewee import fn

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "tests" / "real" / "northwind.toml"
KINDS = {"customer": "customers.csv", "supplier": "suppliers.csv"}


@pytest.fixture
def rows(northwind):
    """{reference of the company: its row} of both files, each with the field `relation`."""
    found = {}
    for relation, name in KINDS.items():
        with (northwind / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[f"{relation}-{row[f'{relation}_id']}"] = {**row, "relation": relation}
    return found


@pytest.fixture
def run_import(instance, northwind, tmp_path):
    """Run the verb on the instance of the test; its lines on stdout."""

    def run(*words, plan: Path = PLAN, folder: Path = northwind) -> list[str]:
        script = "import sys; from core.cli.main import main; sys.exit(main(sys.argv[1:]))"
        environ = {
            "KARVON_DATABASE__URL": instance.settings.database.url,
            "KARVON_PATHS__VAR": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, "-c", script, "import", "--plan", str(plan), str(folder), *words],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    return run


def test_the_files_hold_91_customers_and_29_suppliers(rows):
    relations = [row["relation"] for row in rows.values()]
    assert (relations.count("customer"), relations.count("supplier")) == (91, 29)


def test_every_company_and_its_contact_person_are_imported_as_the_files_have_them(
    run_import, working, rows
):
    assert run_import() == [
        "Customers: 91 created, 0 changed, 0 unchanged",
        "Contact persons of customers: 91 created, 0 changed, 0 unchanged",
        "Suppliers: 29 created, 0 changed, 0 unchanged",
        "Contact persons of suppliers: 29 created, 0 changed, 0 unchanged",
    ]
    contact = working.model("contacts.contact")
    assert contact.select().count() == 2 * len(rows)
    companies = {c.reference: c for c in contact.select().where(contact.kind == "company")}
    people = {p.parent_id: p for p in contact.select().where(contact.kind == "person")}
    assert companies.keys() == rows.keys()
    assert people.keys() == {company.id for company in companies.values()}
    for reference, row in rows.items():
        company, person = companies[reference], people[companies[reference].id]
        assert company.name == row["company_name"]
        for name in ("address", "city", "region", "postal_code", "country"):
            assert getattr(company, name) == row[name]
        assert company.is_customer == (row["relation"] == "customer")
        assert company.is_supplier == (row["relation"] == "supplier")
        assert (person.name, person.job) == (row["contact_name"], row["contact_title"])
        assert person.reference == f"{reference}-person"


def test_every_telephone_and_fax_is_kept_as_it_was_typed(run_import, working, rows):
    run_import()
    contact = working.model("contacts.contact")
    telephone = working.parts(contact)["telephones"]
    found = telephone.select(contact.reference, telephone.kind, telephone.number).join(contact)
    wanted = [(key, "work", row["phone"]) for key, row in rows.items() if row["phone"]]
    wanted += [(key, "fax", row["fax"]) for key, row in rows.items() if row["fax"]]
    assert sorted(found.tuples()) == sorted(wanted)
    faxes = sum(1 for row in rows.values() if row["fax"] and row["relation"] == "customer")
    assert faxes == 69


def test_a_second_run_changes_nothing(run_import, working):
    run_import()

    def everything():
        return [
            list(model.select(fn.COUNT(model.id), fn.MAX(model.id), fn.SUM(model.version)).tuples())
            for model in working.models
        ]

    before = everything()
    assert run_import() == [
        "Customers: 0 created, 0 changed, 91 unchanged",
        "Contact persons of customers: 0 created, 0 changed, 91 unchanged",
        "Suppliers: 0 created, 0 changed, 29 unchanged",
        "Contact persons of suppliers: 0 created, 0 changed, 29 unchanged",
    ]
    assert everything() == before


def test_a_dry_run_keeps_nothing(run_import, working):
    assert run_import("--dry-run")[-1] == "This was a dry run: nothing was kept."
    assert working.model("contacts.contact").select().count() == 0
