"""Take an addon out of the database with all that it kept, into one archive, and bring it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import peewee

from core.data import excerpts, migrations
from core.data.archives import staging, unpacked, write_archive
from core.data.copies import kind
from core.data.fields import now
from core.data.history import History
from core.errors import UserError
from core.i18n import _
from core.modules import leftovers
from core.modules.backups import FOLDER
from core.modules.discovery import PACKAGE, Found
from core.modules.leftovers import Contents
from core.modules.lifecycle import DISABLED, installed, next_generation, record, require_sound
from core.modules.loader import declarations
from core.modules.models import Addon, DataRow
from core.modules.told import tell_addons

KIND = "addon"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, FileNotFoundError)
SHIPPED = (DataRow.model, DataRow.identity, DataRow.record, DataRow.shipped)
Column = tuple[str, str]  # (table, column) of an addon in the table of another


@dataclass(frozen=True)
class Kept:
    """What an addon has in the database: its tables, and its columns in those of others."""

    name: str
    tables: dict[str, list[str]]
    columns: list[Column]

    def counts(self) -> list[tuple[str, int]]:
        """(what, how many) of all that holds rows for people."""
        rows = [
            (table, excerpts.count(table))
            for table in self.tables
            if not table.endswith(("_migration", "_search"))
        ]
        rows += [(f"{t}.{c}", excerpts.count(t, c)) for t, c in self.columns]
        return rows + leftovers.count(self.name, list(self.tables))


def kept(found: Found, name: str) -> Kept:
    """What a purge of the addon would take away. Raises `UserError` while it may not be purged:
    it is enabled, or others that are installed need it.
    """
    require_sound(found, name)
    states = installed()
    if name not in states:
        raise UserError(_("%(name)s is not installed: there is nothing to purge.", name=name))
    if states[name] != DISABLED:
        raise UserError(_("%(name)s is enabled: disable it first.", name=name))
    if needing := [other for other in found.dependents(name) if other in states]:
        needed = ", ".join(needing)
        raise UserError(
            _("%(name)s is needed by %(needing)s: purge them first.", name=name, needing=needed)
        )
    return _kept(found, name)


def purge(found: Found, var: Path, name: str, contents: Contents) -> Path:
    """Write what the addon keeps into an archive below `var`, then undo its migrations; answers
    the archive. `UserError` says why it cannot be, and then nothing was changed.
    """
    before = kept(found, name)
    target = var / FOLDER / f"{now():%Y%m%d-%H%M%S}-purge-of-{name}.tar.gz"
    with staging(target.parent) as folder:
        try:
            with _said(name), excerpts.reshaping():
                _write(before, target, folder, contents)
                migrations.run_down(name, found.manifests[name].path / "migrations")
                _require_gone(found, before, name)
                tell_addons("purge", [name], [("archive", None, target.name)])
                Addon.delete().where(Addon.name == name).execute()
                DataRow.delete().where(DataRow.addon == name).execute()
                next_generation()
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return target


def restore(found: Found, var: Path, file: Path, contents: Contents) -> str:
    """Install the addon of an archive anew and bring every row of it back, with the same ids; it
    is off then. Answers its name. `UserError` says why it cannot be; then nothing was changed.
    """
    with unpacked(file, KIND, var) as archive:
        about = archive.about
        try:
            name = str(about["addon"])
            _require_fitting(found, about)
            with _said(name), excerpts.reshaping():
                _bring_back(found, about, archive.folder)
                if books := about.get("books"):
                    leftovers.put_back(books, archive.folder, contents)
                tell_addons("bring_back", [name], [("archive", None, file.name)])
        except UNREADABLE as error:
            raise _unreadable(file) from error
    return name


def _kept(found: Found, name: str) -> Kept:
    """By the names: tables and columns of an addon begin with its own."""
    longer = tuple(f"{n}_" for n in {*found.manifests, *installed()} if n.startswith(f"{name}_"))
    present = migrations.tables()
    tables = {
        table: sorted(columns)
        for table, columns in sorted(present.items())
        if table.startswith(f"{name}_")
        and not table.startswith(longer)
        and excerpts.is_plain(table)
    }
    return Kept(name, tables, [c for c in _extended(name) if c[1] in present.get(c[0], ())])


def _extended(name: str) -> list[Column]:
    module = f"{PACKAGE}.{name}.models"
    if find_spec(module) is None:
        return []
    return [
        (extension.model._meta.table_name, column.column_name or key)
        for extension in declarations([import_module(module)]).extensions
        for key, column in extension.columns.items()
    ]


def _write(before: Kept, target: Path, folder: Path, contents: Contents) -> None:
    """Write the archive, and take away what the books of the kernel hold."""
    name = before.name
    excerpts.hold([*before.tables, *{table for table, _column in before.columns}])
    tables, columns = {}, []
    for number, (table, fields) in enumerate(before.tables.items()):
        file = f"table-{number}"
        rows = excerpts.write_out(table, fields, folder / file)
        place = excerpts.sequence(table)
        tables[table] = {"file": file, "columns": fields, "rows": rows, "sequence": place}
    for number, (table, column) in enumerate(before.columns):
        file = f"column-{number}"
        rows = excerpts.write_out(table, ["id", column], folder / file, filled=column)
        columns.append({"file": file, "table": table, "column": column, "rows": rows})
    about = {
        "addon": name,
        "version": Addon.get(Addon.name == name).version,
        "made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "database": kind(),
        "instance": _instance(),
        "migrations": migrations.applied(name),
        "tables": tables,
        "columns": columns,
        "books": leftovers.take_out(name, list(before.tables), folder, contents),
        "shipped": list(DataRow.select(*SHIPPED).where(DataRow.addon == name).dicts()),
    }
    write_archive(target, KIND, about, folder)


def _instance() -> str:
    """What tells one instance from all others: the digest of the first thing done in it."""
    first = History.select(History.digest).order_by(History.id).first()
    return str(first.digest) if first else ""


def _require_gone(found: Found, before: Kept, name: str) -> None:
    """Raise `UserError` unless the migrations took exactly that away which the archive holds."""
    left = _kept(found, name)
    if rest := [*left.tables, *(f"{table}.{column}" for table, column in left.columns)]:
        raise UserError(
            _(
                "The migrations of %(name)s leave %(rest)s behind: complete their down().",
                name=name,
                rest=", ".join(rest),
            )
        )


def _require_fitting(found: Found, about: dict[str, Any]) -> None:
    """Raise `UserError` unless this instance, as it is, can take the archive in."""
    name, states = about["addon"], installed()
    require_sound(found, name)
    manifest = found.manifests[name]
    missing = [other for other in found.dependencies(name) if other not in states]
    reasons = {
        _("it was made in another instance"): about["instance"] != _instance(),
        _("it is of the other kind of database"): about["database"] != kind(),
        _("%(name)s is installed already", name=name): name in states,
        _("it is of version %(version)s", version=about["version"]): manifest.version
        != about["version"],
        _("it needs %(needed)s", needed=", ".join(missing)): bool(missing),
    }
    for reason, holds in reasons.items():
        if holds:
            raise _refused(name, reason)


def _bring_back(found: Found, about: dict[str, Any], folder: Path) -> None:
    name = about["addon"]
    manifest = found.manifests[name]
    migrations.run_up(name, manifest.path / "migrations")
    made = _kept(found, name)
    columns = [(each["table"], each["column"]) for each in about["columns"]]
    same = {table: facts["columns"] for table, facts in about["tables"].items()} == made.tables
    if not same or columns != made.columns or migrations.applied(name) != about["migrations"]:
        raise _refused(name, _("its tables are not those that its migrations make now"))
    tables = about["tables"].items()
    excerpts.read_in({table: (f["columns"], folder / f["file"]) for table, f in tables})
    for table, facts in tables:
        if facts["sequence"]:
            excerpts.go_on_after(table, facts["sequence"])
    for each in about["columns"]:
        excerpts.fill_column(each["table"], each["column"], folder / each["file"])
    for row in about["shipped"]:
        DataRow.create(addon=name, **row)
    record(manifest, DISABLED)


@contextmanager
def _said(name: str) -> Iterator[None]:
    """Turn what a database or a migration refuses into a sentence."""
    try:
        yield
    except (peewee.DatabaseError, migrations.MigrationError) as error:
        raise _refused(name, " ".join(str(error).split()).rstrip(".")) from error


def _refused(name: str, reason: Any) -> UserError:
    return UserError(
        _(
            "%(name)s stays as it is: %(reason)s. Nothing was changed.",
            name=name,
            reason=reason,
        )
    )


def _unreadable(file: Path) -> UserError:
    return UserError(_("%(file)s is no archive of an addon: take another one.", file=file.name))
