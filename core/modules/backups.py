"""Backups of a whole instance: its database, its kept files and the secrets that they need."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from core.data import copies, migrations
from core.data.archives import staging, unpacked, write_archive
from core.data.fields import now
from core.data.files import make_private_file, make_private_folder
from core.errors import UserError
from core.i18n import _
from core.modules.backup_heads import NAME, sealed_head
from core.modules.models import Addon, Generation

KIND = "backup"
DATABASE, FILES, SECRETS = "database", "files", "secrets"
FOLDER = "backups"
# What stands in var/ and opens what the database keeps sealed or signed.
KEYS = ("secret", "*.key")


def back_up(var: Path, target: Path) -> None:
    """Write the instance into the archive `target`, while it works: whatever was acknowledged
    before is in it. Kept files come after the database, so that all it names are there. The history
    is sealed before, and the list of the archive names its head.
    """
    target = target.absolute()
    if target.exists() and not target.is_file():
        raise UserError(_("%(file)s is no file that can be replaced: name another.", file=target))
    make_private_folder(target.parent)
    with _in_a_sentence(target.parent), staging(target.parent) as folder:
        sealed = sealed_head()
        copies.copy_into(folder / DATABASE)
        for file in _kept(var / FILES):
            _take(file, folder / FILES / file.relative_to(var / FILES))
        for file in keys_in(var):
            _take(file, folder / SECRETS / file.name)
        write_archive(target, KIND, {**_about(), NAME: sealed}, folder)


@contextmanager
def _in_a_sentence(folder: Path) -> Iterator[None]:
    """Say that a disk is full or broken as people can read it; what was begun is taken away."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(
            _(
                "Writing into %(folder)s failed (%(reason)s), and nothing was kept: make room there"
                " or name another place.",
                folder=folder,
                reason=reason,
            )
        ) from error


def back_up_before(var: Path, event: str) -> Path:
    """A backup below var/, named after the time and what it comes before."""
    target = var / FOLDER / f"{now():%Y%m%d-%H%M%S}-before-{event}.tar.gz"
    back_up(var, target)
    return target


def restore(var: Path, file: Path) -> dict[str, Any]:
    """Fill an empty instance with a backup; answers what the backup says of itself.
    `UserError` says why it cannot be; then nothing was changed.
    """
    if any(True for _file in _kept(var / FILES)):
        raise UserError(
            _("%(folder)s is not empty: restore into a new instance.", folder=var / FILES)
        )
    with _in_a_sentence(var), unpacked(file, KIND, var) as archive:
        placed: list[tuple[Path, bytes | None]] = []
        try:
            for source, target in _places(archive.folder, var):
                make_private_folder(target.parent)
                placed.append((target, target.read_bytes() if target.exists() else None))
                source.replace(target)
            copies.restore_from(archive.folder / DATABASE)
        except BaseException:
            _put_back(placed)
            raise
        return archive.about


def keys_in(var: Path) -> list[Path]:
    """The secrets that lie in var/."""
    found = {file for pattern in KEYS for file in var.glob(pattern)}
    return sorted(file for file in found if file.is_file() and not file.is_symlink())


def _about() -> dict[str, Any]:
    row = Generation.select().first()
    states = {a.name: {"state": a.state, "version": a.version} for a in Addon.select()}
    ran = {name: migrations.applied(name) for name in ("core", *states)}
    return {
        "made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "database": copies.kind(),
        "generation": row.addons if row else 0,
        "addons": states,
        "migrations": ran,
    }


def _kept(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file


def _take(file: Path, target: Path) -> None:
    """Put a file into the staged folder; one that was let go meanwhile stays out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except FileNotFoundError:
        return
    except OSError:  # another file system
        shutil.copyfile(file, target)


def _put_back(placed: list[tuple[Path, bytes | None]]) -> None:
    for target, before in placed:
        target.unlink(missing_ok=True)
        if before is not None:
            make_private_file(target)
            target.write_bytes(before)


def _places(folder: Path, var: Path) -> Iterator[tuple[Path, Path]]:
    """(where it was unpacked, where it belongs) of the kept files and the secrets."""
    for file in _kept(folder / FILES):
        yield file, var / FILES / file.relative_to(folder / FILES)
    for file in _kept(folder / SECRETS):
        if any(fnmatchcase(file.name, pattern) for pattern in KEYS):
            yield file, var / file.name
