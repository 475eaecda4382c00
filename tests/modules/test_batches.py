"""Data that an update moves: in batches, gone on with after a kill, and not to be moved back."""

import shutil

import pytest

from core.data.actor import system
from core.data.batches import Batch
from core.data.database import db
from core.errors import UserError
from core.modules import lifecycle, updates
from core.modules.registry import using
from core.testing.scratch import forget_extensions
from tests.conftest import WAREHOUSE
from tests.modules.test_lifecycle import THING, THING_TABLE, states

ROWS = 25
MOVING = """
from core.api import batches

atomic = False


def up(migrator, db):
    batches(db, "{name}_thing", rename, size=10)


def rename(db, first, last):
    if first > 10 and db.execute_sql("SELECT COUNT(*) FROM core_user").fetchone()[0] == 0:
        raise ValueError("nobody is there")
    these = f"id BETWEEN {first} AND {last}"
    db.execute_sql(f"UPDATE {name}_thing SET name = name || '!' WHERE {these}")


def down(migrator, db):
    pass
"""


@pytest.fixture
def first_version(addon_folder):
    """A folder with version 1 of the warehouse: without what came later."""
    folder = addon_folder / "warehouse"
    shutil.copytree(WAREHOUSE / "warehouse", folder)
    for file in sorted((folder / "migrations").glob("0*.py"))[1:]:
        file.unlink()
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('version = "2.0"', 'version = "1.0"'))
    yield folder
    forget_extensions()


@pytest.fixture
def grown(first_version, open_at, migrated_url):
    """An instance whose warehouse of version 1 has moves without a day, and now a newer folder."""
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(first_version.parent))
    lifecycle.enable(opened.found(), "warehouse")
    with using(opened.registry()) as registry, system("a test"):
        item = registry.model("warehouse.item").create(name="Box", sku="B-1")
        moves = registry.model("warehouse.move")
        for number in range(1, 4):
            moves.create(item=item, direction="in", quantity=number, state="done")
    db.execute_sql('UPDATE "warehouse_move" SET day = NULL WHERE id < 3')
    shutil.copytree(WAREHOUSE / "warehouse", first_version, dirs_exist_ok=True)
    return opened


def days_missing():
    return db.execute_sql('SELECT COUNT(*) FROM "warehouse_move" WHERE day IS NULL').fetchone()[0]


def test_the_apps_page_moves_the_data_of_version_1(grown, browser_of):
    assert states(grown)["warehouse"] == "update-pending"
    admin = browser_of(grown, "admin")
    assert admin.get("/warehouse/move/").status_code == 404
    assert days_missing() == 2
    assert admin.post("/apps/warehouse/update").status_code == 303
    assert states(grown)["warehouse"] == "enabled"
    assert days_missing() == 0
    assert Batch.select().count() == 0
    keeper = browser_of(grown, "warehouse.user")
    assert keeper.get("/warehouse/move/").text.count("Box") >= 3
    assert len(list((grown.settings.paths.var / "backups").iterdir())) == 1


def test_migrate_moves_the_data_of_version_1(grown):
    assert grown.migrate() == ["warehouse: 0002_days", "warehouse: 0003_day_required"]
    assert days_missing() == 0
    assert states(grown)["warehouse"] == "enabled"


def test_what_was_moved_cannot_go_back_and_the_sentence_says_why(grown):
    grown.migrate()
    var = grown.settings.paths.var
    with pytest.raises(UserError, match="before 0002_days: which moves had no day is not kept"):
        updates.downgrade(grown.found(), var, "warehouse", "0001_initial")
    assert len(list((var / "backups").iterdir())) == 1
    with pytest.raises(UserError, match="No migration 0009 of warehouse ran; these did: 0001_in"):
        updates.downgrade(grown.found(), var, "warehouse", "0009")
    assert states(grown)["warehouse"] == "enabled"


def test_what_can_be_undone_is_and_then_waits_for_any_folder(grown, first_version):
    grown.migrate()
    var = grown.settings.paths.var
    undone = updates.downgrade(grown.found(), var, "warehouse", "0002_days")
    assert undone == ["0003_day_required"]
    assert states(grown)["warehouse"] == "update-pending"
    assert "warehouse" not in grown.registry().addons
    (first_version / "migrations/0003_day_required.py").unlink()
    manifest = first_version / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('version = "2.0"', 'version = "1.5"'))
    assert grown.migrate() == []
    assert states(grown)["warehouse"] == "enabled"
    assert updates.downgrade(grown.found(), var, "warehouse", "0002_days") == []


@pytest.fixture
def opened(open_at, addon_folder, migrated_url):
    """An instance that also looks for addons in the test's own folder."""
    return open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))


@pytest.fixture
def filled(opened, write_addon, addon_folder):
    """An addon with records, whose newer folder renames them; the second batch fails."""
    name = write_addon("moving", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        for number in range(ROWS):
            registry.model(f"{name}.thing").create(name=str(number))
    folder = addon_folder / name
    (folder / "migrations/0002_names.py").write_text(MOVING.replace("{name}", name))
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace('"1.0"', '"2.0"'))
    return name


def renamed(name):
    names = [text for (text,) in db.execute_sql(f"SELECT name FROM {name}_thing").fetchall()]
    assert not any(text.endswith("!!") for text in names)
    return sum(text.endswith("!") for text in names)


def test_a_batch_that_fails_is_undone_and_the_next_run_goes_on(opened, filled, browser_of):
    with pytest.raises(UserError, match=r"stopped after 10 of 25 rows .*nobody is there"):
        updates.update(opened.found(), opened.settings.paths.var, filled)
    assert renamed(filled) == 10
    admin = browser_of(opened, "admin")
    assert "Moved so far: 10 of 25 rows." in admin.get("/apps").text
    assert admin.post(f"/apps/{filled}/update").status_code == 303
    assert renamed(filled) == ROWS
    assert states(opened)[filled] == "enabled"


def test_batches_are_refused_within_one_transaction(opened, filled, addon_folder):
    file = addon_folder / filled / "migrations/0002_names.py"
    file.write_text(file.read_text().replace("atomic = False", ""))
    with pytest.raises(UserError, match="0002_names must say atomic = False"):
        updates.update(opened.found(), opened.settings.paths.var, filled)
    assert renamed(filled) == 0
