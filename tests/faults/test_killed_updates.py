"""A migration that is killed in the middle of its batches is gone on with by the next run."""

import os
import subprocess
import sys

import pytest

from core.data.actor import system
from core.data.database import db, release
from core.modules import lifecycle
from core.modules.registry import using
from tests.faults.processes import ROOT
from tests.modules.test_lifecycle import THING, THING_TABLE

MOVING = """
import sys

from core.api import batches

atomic = False


def up(migrator, db):
    batches(db, "{name}_thing", rename, size=10)


def rename(db, first, last):
    these = f"id BETWEEN {first} AND {last}"
    db.execute_sql(f"UPDATE {name}_thing SET name = name || '!' WHERE {these}")
    if first == 11:
        print("in the second batch", flush=True)
        sys.stdin.readline()


def down(migrator, db):
    pass
"""


@pytest.fixture
def waiting(open_at, migrated_url, write_addon, addon_folder):
    """(instance, name) of an addon with 25 records, whose newer folder renames them."""
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    name = write_addon("moving", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        for number in range(25):
            registry.model(f"{name}.thing").create(name=str(number))
    release()
    folder = addon_folder / name
    (folder / "migrations/0002_names.py").write_text(MOVING.replace("{name}", name))
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('"1.0"', '"2.0"'))
    return opened, name


def migrating(opened, url):
    """A process of `migrate` on the instance."""
    environ = {
        "KARVON_DATABASE__URL": url,
        "KARVON_PATHS__VAR": str(opened.settings.paths.var),
        "KARVON_ADDONS__PATH": str(opened.settings.addons.path[0]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "core.cli", "migrate"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | environ,
    )


def names(name):
    found = db.execute_sql(f"SELECT name FROM {name}_thing ORDER BY id").fetchall()
    release()
    return [text for (text,) in found]


def test_the_next_run_finishes_what_a_killed_one_began(waiting, migrated_url):
    opened, name = waiting
    killed = migrating(opened, migrated_url)
    assert killed.stdout.readline().strip() == "in the second batch"
    killed.kill()
    killed.communicate()
    assert [text.endswith("!") for text in names(name)] == [True] * 10 + [False] * 15
    [status] = [s for s in lifecycle.statuses(opened.found(), {}) if s.name == name]
    assert (status.state, status.moved) == ("update-pending", (10, 25))
    release()
    said, progress = migrating(opened, migrated_url).communicate("\n")
    assert f"{name}: 0002_names" in said.splitlines()
    assert f"{name}: 0002_names 25/25" in progress
    assert names(name) == [f"{number}!" for number in range(25)]
    assert name in opened.registry().addons
