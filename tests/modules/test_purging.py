"""A purge leaves nothing of an addon but one archive, which brings every row back."""

import json
import tarfile

import pytest

from core.background.files.kept import AllKept
from core.data import migrations
from core.data.actor import system
from core.data.archives import write_archive
from core.data.copies import kind
from core.data.database import db
from core.data.postgresql_copies import schema_of
from core.errors import UserError
from core.modules import lifecycle, purging
from core.modules.registry import using
from core.testing.scratch import forget_extensions
from core.testing.sites import whole_database
from tests.conftest import WAREHOUSE

SWITCHES = (
    *("core_addon", "core_data_row", "core_generation", "warehouse_migration"),
    *("core_history", "core_history_value"),
)


@pytest.fixture
def bare(migrated_url, open_at):
    """An instance that never had the warehouse, which lies in its folders."""
    yield open_at(migrated_url, KARVON_ADDONS__PATH=str(WAREHOUSE))
    forget_extensions()


def fill(opened):
    """Enable the warehouse, let it have records, of which the last was deleted, and disable it."""
    lifecycle.enable(opened.found(), "warehouse")
    with using(opened.registry()) as registry, system("a test"):
        contact = registry.model("contacts.contact").create(name="Bahor", warehouse_hours="9-18")
        items = registry.model("warehouse.item")
        box = items.create(name="Oʻram", sku="B-1")
        moves = registry.model("warehouse.move")
        moves.create(item=box, direction="in", quantity=12, state="done", contact=contact)
        items.create(name="Bag", sku="B-2").delete_instance()
    lifecycle.disable(opened.found(), "warehouse")


@pytest.fixture
def stocked(bare):
    fill(bare)
    return bare


def schema():
    """All that the database says of its schema."""
    if kind() == "sqlite":
        rows = db.execute_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        return sorted(rows, key=str)
    with db.obj._connect() as connection:
        made = schema_of(connection)
    made["after"] = [line for line in made["after"] if "setval" not in line]
    return made


def purge(opened):
    with using(opened.registry()):
        return purging.purge(opened.found(), opened.settings.paths.var, "warehouse", AllKept())


def restore(opened, file):
    with using(opened.registry()):
        return purging.restore(opened.found(), opened.settings.paths.var, file, AllKept())


def rows():
    return {name: held for name, held in whole_database().items() if name not in SWITCHES}


def test_the_schema_is_that_of_one_that_never_had_it(bare):
    before = schema()
    fill(bare)
    assert schema() != before
    archive = purge(bare)
    assert schema() == before
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "warehouse" not in lifecycle.installed()
    with using(bare.registry()) as registry, system("a test"):
        assert "warehouse_hours" not in registry.model("contacts.contact")._meta.fields
        assert registry.model("contacts.contact").get().name == "Bahor"


def test_a_restore_brings_every_row_back_and_numbers_go_on(stocked):
    before, made = rows(), schema()
    archive = purge(stocked)
    assert restore(stocked, archive) == "warehouse"
    assert rows() == before
    assert schema() == made
    assert lifecycle.installed()["warehouse"] == "disabled"
    lifecycle.enable(stocked.found(), "warehouse")
    with using(stocked.registry()) as registry, system("a test"):
        items = registry.model("warehouse.item")
        assert items.select().where(items.sku == "BOX").count() == 1  # it is known as shipped
        wanted = 4 if kind() == "sqlite" else 5
        assert items.create(name="Tray", sku="B-3").id == wanted
        assert registry.model("contacts.contact").get().warehouse_hours == "9-18"


def test_one_that_is_enabled_or_needed_stays(stocked, write_addon, addon_folder):
    with pytest.raises(UserError, match="contacts is enabled"):
        purging.kept(stocked.found(), "contacts")
    lifecycle.disable(stocked.found(), "contacts")
    with pytest.raises(UserError, match="needed by warehouse"):
        purging.purge(stocked.found(), stocked.settings.paths.var, "contacts", AllKept())
    with pytest.raises(UserError, match="There is no addon nothing"):
        purging.kept(stocked.found(), "nothing")


def test_the_counts_name_what_goes(stocked):
    counts = dict(purging.kept(stocked.found(), "warehouse").counts())
    assert counts["warehouse_item"] == 3
    assert counts["warehouse_move"] == 1
    assert counts["contacts_contact.warehouse_hours"] == 1


def test_what_its_migrations_leave_behind_stops_the_purge(stocked):
    db.execute_sql('CREATE TABLE "warehouse_forgotten" (id INTEGER PRIMARY KEY)')
    before, made = rows(), schema()
    with pytest.raises(UserError, match="leave warehouse_forgotten behind"):
        purge(stocked)
    assert (rows(), schema()) == (before, made)
    assert list((stocked.settings.paths.var / "backups").iterdir()) == []


@pytest.fixture
def forged(stocked, tmp_path):
    """Make an archive that says something else of itself, or holds other rows."""
    archive = purge(stocked)
    folder = tmp_path / "forged"
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    about = json.loads((folder / "manifest.json").read_text())["about"]
    (folder / "manifest.json").unlink()

    def make(**changed):
        write_archive(tmp_path / "forged.tar.gz", "addon", {**about, **changed}, folder)
        return tmp_path / "forged.tar.gz"

    make.folder, make.about, make.archive = folder, about, archive
    return make


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"instance": "another"}, "another instance"),
        ({"database": "another"}, "other kind of database"),
        ({"version": "9.9"}, "of version 9.9"),
        ({"addon": "nothing"}, "no addon nothing"),
        ({"addon": "contacts"}, "installed already"),
        ({"tables": {"core_user": {"columns": ["id"], "file": "x"}}}, "not those"),
        ({"columns": []}, "not those"),
        ({"migrations": ["0001_other"]}, "not those"),
        ({"columns": 5}, "no archive of an addon"),
        ({"tables": None}, "no archive of an addon"),
    ],
)
def test_a_wrong_archive_is_refused_whole(stocked, forged, changed, said):
    before, made = rows(), schema()
    if "version" in changed or "addon" in changed:
        changed = {**changed, "instance": forged.about["instance"]}
    with pytest.raises(UserError, match=said):
        restore(stocked, forged(**changed))
    assert (rows(), schema()) == (before, made)


def test_damage_is_refused_whole_and_so_are_rows_that_name_nothing(stocked, forged, tmp_path):
    before, made = rows(), schema()
    move = forged.folder / forged.about["tables"]["warehouse_move"]["file"]
    text = move.read_text()
    place = forged.about["tables"]["warehouse_move"]["columns"].index("item_id")
    row = json.loads(text)
    row[place] = "77"
    for bad in (json.dumps(row), text[: len(text) // 2], "[1]", "5"):
        move.write_text(bad)
        with pytest.raises(UserError):
            restore(stocked, forged())
        assert (rows(), schema()) == (before, made)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(forged.archive.read_bytes()[:-300])
    with pytest.raises(UserError, match="Nothing was changed"):
        restore(stocked, broken)
    assert migrations.applied("warehouse") == []
    assert restore(stocked, forged.archive) == "warehouse"
