"""Bring addons whose code is newer than their tables up to date, after a backup."""

from pathlib import Path

from packaging.version import Version

from core.data import migrations
from core.data.database import transaction
from core.data.fields import now
from core.data.migrations import tables
from core.errors import UserError
from core.i18n import _
from core.modules import lifecycle
from core.modules.backups import back_up_before
from core.modules.discovery import Found
from core.modules.installing import install
from core.modules.models import Addon
from core.modules.told import tell_addons

UNDONE = "0"  # the version of tables that no folder's manifest names: any folder is newer


def waiting(found: Found) -> list[str]:
    """The installed addons whose folder holds another version than the tables, by their needs."""
    versions = {row.name: row.version for row in Addon.select()}
    return [
        manifest.name
        for manifest in found.ordered(versions)
        if manifest.version != versions[manifest.name]
    ]


def update(found: Found, var: Path, name: str) -> list[str]:
    """Update an addon and what it needs, and put them back as they were: on or off. A backup is
    written below `var` before. Answers the names; `UserError` says why one cannot be, and then the
    addon waits on and the rest serves.
    """
    changed = [each for each in (*found.dependencies(name), name) if each in waiting(found)]
    if not changed:
        return []
    _refuse_older(found, changed)
    backup = back_up_before(var, f"update-of-{name}")
    states = lifecycle.installed()
    before = dict(Addon.select(Addon.name, Addon.version).tuples())
    for each in changed:
        install(found.manifests[each])
        if states[each] == lifecycle.ENABLED:
            lifecycle.bring_shipped(found, [each])
        with transaction():
            lifecycle.record(found.manifests[each], states[each])
            told = [("before", None, before[each]), ("backup", None, backup.name)]
            tell_addons("upgrade", [each], told)
    return changed


def downgrade(found: Found, var: Path, name: str, migration: str) -> list[str]:
    """Undo what the migrations of an addon did after `migration`, after a backup, so that an older
    folder fits its tables. It is *update pending* then, whatever its folder holds. `UserError`
    says why it cannot be; then nothing was changed.
    """
    lifecycle.require_sound(found, name)
    if name not in lifecycle.installed():
        raise UserError(_("%(name)s is not installed: there is nothing to undo.", name=name))
    folder = found.manifests[name].path / "migrations"
    if not migrations.undoable_after(name, folder, migration):
        return []
    backup = back_up_before(var, f"downgrade-of-{name}")
    with transaction():  # first, so that nobody works on tables that its code does not know
        told = [("until", None, migration), ("backup", None, backup.name)]
        tell_addons("downgrade", [name], told)
        Addon.update(version=UNDONE, changed_at=now()).where(Addon.name == name).execute()
        lifecycle.next_generation()
    return migrations.undo_after(name, folder, migration)


def back_up_before_migrate(found: Found, var: Path) -> Path | None:
    """A backup of an instance that `migrate` is about to change; None when nothing waits."""
    if "core_addon" not in tables() or not Addon.select().exists():
        return None
    changed = waiting(found)
    if not changed and not migrations.pending("core", lifecycle.CORE_MIGRATIONS):
        return None
    _refuse_older(found, changed)
    return back_up_before(var, "migrate")


def _refuse_older(found: Found, names: list[str]) -> None:
    versions = {row.name: row.version for row in Addon.select()}
    for name in names:
        if Version(found.manifests[name].version) < Version(versions[name]):
            raise UserError(
                _(
                    "The tables of %(name)s are of version %(version)s, newer than its folder:"
                    " put that version of the addon back.",
                    name=name,
                    version=versions[name],
                )
            )
