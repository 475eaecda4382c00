"""A newer version of an addon waits, is updated after a backup, and fails without harm."""

import pytest

from core.errors import KarvonError, UserError
from core.modules import lifecycle, updates
from tests.modules.test_lifecycle import THING, THING_TABLE, states

SECOND = """
def up(migrator, db):
    db.execute_sql('ALTER TABLE "{name}_thing" ADD COLUMN colour VARCHAR(255)')


def down(migrator, db):
    db.execute_sql('ALTER TABLE "{name}_thing" DROP COLUMN colour')
"""


@pytest.fixture
def opened(open_at, addon_folder, migrated_url):
    """An instance that also looks for addons in the test's own folder."""
    return open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))


@pytest.fixture
def grow(addon_folder):
    """Give an addon another version, and a migration more."""

    def change(name, version, migration=SECOND):
        manifest = addon_folder / name / "manifest.toml"
        old = manifest.read_text().split('version = "')[1].split('"')[0]
        manifest.write_text(manifest.read_text().replace(f'"{old}"', f'"{version}"'))
        file = addon_folder / name / "migrations" / "0002_colour.py"
        file.write_text(migration.replace("{name}", name))

    return change


def made(opened):
    return sorted(file.name for file in (opened.settings.paths.var / "backups").glob("*"))


def test_an_admin_updates_it_on_the_apps_page_and_a_backup_stands_before(
    opened, write_addon, grow, browser_of
):
    name = write_addon("growing", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    grow(name, "2.0")
    admin = browser_of(opened, "admin")
    page = admin.get("/apps").text
    assert f'action="/apps/{name}/update"' in page
    assert "all else works" in page
    assert admin.get("/contacts/contact/").status_code == 200
    assert browser_of(opened, "contacts.user").post(f"/apps/{name}/update").status_code == 403
    assert admin.post(f"/apps/{name}/update").status_code == 303
    assert states(opened)[name] == "enabled"
    assert name in opened.registry().addons
    [backup] = made(opened)
    assert f"before-update-of-{name}" in backup
    assert admin.post(f"/apps/{name}/update").status_code == 404


@pytest.mark.parametrize("is_on", [True, False])
def test_tables_that_lack_a_column_of_the_newer_code_wait_for_their_update(
    opened, write_addon, browser_of, is_on
):
    name = write_addon(
        "coloured",
        models=THING.replace(
            "name = CharField()", "name = CharField()\n    colour = CharField(null=True)"
        ),
        migration=THING_TABLE,
        **{"migrations/0002_colour": SECOND},
    )
    lifecycle.enable(opened.found(), name)
    if not is_on:
        lifecycle.disable(opened.found(), name)
    updates.downgrade(opened.found(), opened.settings.paths.var, name, "0001_initial")
    admin = browser_of(opened, "admin")
    assert admin.get("/contacts/contact/").status_code == 200
    assert f'action="/apps/{name}/update"' in admin.get("/apps").text
    assert admin.post(f"/apps/{name}/update").status_code == 303
    assert states(opened)[name] == ("enabled" if is_on else "disabled")
    assert (name in opened.registry().addons) is is_on


def test_an_addon_that_was_off_is_off_after_its_update(opened, write_addon, grow):
    name = write_addon("resting", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    lifecycle.disable(opened.found(), name)
    grow(name, "1.1")
    assert updates.update(opened.found(), opened.settings.paths.var, name) == [name]
    assert states(opened)[name] == "disabled"
    assert updates.update(opened.found(), opened.settings.paths.var, name) == []


def test_migrate_backs_up_only_when_something_waits(opened, write_addon, grow):
    name = write_addon("growing", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    opened.migrate()
    assert made(opened) == []
    grow(name, "2.0")
    assert opened.migrate() == [f"{name}: 0002_colour"]
    [backup] = made(opened)
    assert "before-migrate" in backup


def test_an_update_that_fails_leaves_it_waiting_and_the_rest_serves(opened, write_addon, grow):
    name = write_addon("failing", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    grow(name, "2.0", SECOND.replace("ALTER TABLE", "ALTER NONSENSE"))
    with pytest.raises(UserError, match="failed and was undone"):
        updates.update(opened.found(), opened.settings.paths.var, name)
    assert states(opened)[name] == "update-pending"
    assert "contacts" in opened.registry().addons


def test_an_older_version_is_refused_with_a_sentence(opened, write_addon, grow):
    name = write_addon("shrinking", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    grow(name, "0.9")
    with pytest.raises(KarvonError, match="put that version of the addon back"):
        opened.migrate()
    with pytest.raises(UserError, match="put that version of the addon back"):
        updates.update(opened.found(), opened.settings.paths.var, name)


@pytest.mark.parametrize("version", ["2.0", "0.9"])
def test_what_waits_for_its_update_is_not_switched_on_past_its_backup(
    version, opened, write_addon, grow
):
    name = write_addon("resting", models=THING, migration=THING_TABLE)
    lifecycle.enable(opened.found(), name)
    lifecycle.disable(opened.found(), name)
    grow(name, version)
    with pytest.raises(UserError, match="waits for its update: run"):
        lifecycle.enable(opened.found(), name)
    assert states(opened)[name] == "update-pending"
    assert made(opened) == []
    if version == "2.0":
        updates.update(opened.found(), opened.settings.paths.var, name)
        assert lifecycle.enable(opened.found(), name) == [name]


def test_what_is_on_and_cannot_be_loaded_is_not_called_enabled(opened, write_addon):
    name = write_addon("faulty", hooks="raise RuntimeError('no')")
    lifecycle.record(opened.found().manifests[name], lifecycle.ENABLED)
    with pytest.raises(UserError, match="cannot be loaded"):
        lifecycle.enable(opened.found(), name)
