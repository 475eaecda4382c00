"""Look an instance over, and say in a sentence each what is wrong and what to do."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from core.data import migrations, soundness
from core.data.erasing import erased_unseen
from core.data.verifying import verify
from core.i18n import _
from core.modules import lifecycle, updates
from core.modules.backup_heads import heads_in
from core.modules.backups import FOLDER, keys_in
from core.modules.discovery import Found

LEAST_FREE = 500 * 2**20  # bytes


def faults(found: Found, broken: dict[str, str], var: Path) -> Iterator[str]:
    """A sentence for each fault; none when all is well. `broken` are the quarantined addons."""
    for fault in soundness.faults_of_pages():
        yield str(_("The database is damaged (%(fault)s): restore a backup.", fault=fault))
    if broken_at := verify(heads_in(var / FOLDER)).fault:
        yield str(
            _("%(fault)s Compare it with the backups before the next one is made.", fault=broken_at)
        )
    if unseen := erased_unseen():
        yield str(
            _(
                "%(count)s values of the history were erased past the program: find out who reaches"
                " the database.",
                count=unseen,
            )
        )
    yield from _faults_of_addons(found, broken)
    yield from _faults_of_folder(var)


def _faults_of_addons(found: Found, broken: dict[str, str]) -> Iterator[str]:
    states = lifecycle.installed()
    for name, reason in sorted(broken.items()):
        if states.get(name) == lifecycle.ENABLED:
            yield str(_("%(name)s is quarantined: %(reason)s", name=name, reason=reason))
    waiting = set(updates.waiting(found))
    waiting |= {
        name
        for name in states
        if name in found.manifests
        and migrations.pending(name, found.manifests[name].path / "migrations")
    }
    for name in sorted(waiting):
        yield str(_("%(name)s waits for its update: run `migrate`.", name=name))


def _faults_of_folder(var: Path) -> Iterator[str]:
    for path in [var, *keys_in(var), *var.glob("*.db"), *(var / "backups").glob("*")]:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield str(_("Others may read %(path)s: take their rights away.", path=path))
    free = shutil.disk_usage(var if var.exists() else var.parent).free
    if free < LEAST_FREE:
        size = free // 2**20
        yield str(_("The disk has only %(size)s MB left: make room.", size=size))
