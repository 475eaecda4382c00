"""Columns that an addon adds to tables, and takes off them, while everybody works."""

from pathlib import Path

from peewee import Field

from core.data import columns, excerpts
from core.data.archives import staging, write_archive
from core.data.copies import kind
from core.data.database import transaction
from core.data.fields import now
from core.data.migrations import tables
from core.data.model import Model
from core.modules.backups import FOLDER
from core.modules.lifecycle import next_generation

KIND = "column"

_place: dict[str, Path] = {}


def keep_columns_in(var: Path) -> None:
    """Write what columns held that are taken off into archives below this folder."""
    _place["var"] = var


def columns_in(model: type[Model]) -> set[str]:
    """The columns that the table of a model has."""
    return tables().get(model._meta.table_name, set())


def add_column(model: type[Model], name: str, field: Field) -> None:
    """Give the table of `model` the column of a field that may be empty, in the transaction that is
    open. Every process knows it with its next request, once something declares it as `Extend`.
    """
    with transaction():
        columns.add(model._meta.table_name, name, field)
        next_generation()


def filled(model: type[Model], column: str) -> int:
    """How many rows have something in a column, whoever may see them."""
    return excerpts.count(model._meta.table_name, column)


def drop_column(model: type[Model], column: str) -> Path:
    """Write what a column holds into an archive below var/backups, then take it off the table;
    answers the archive.
    """
    table = model._meta.table_name
    target = _place["var"] / FOLDER / f"{now():%Y%m%d-%H%M%S}-column-{table}.{column}.tar.gz"
    with staging(target.parent) as folder:
        try:
            with transaction():
                excerpts.hold([table])
                names = ["id", column]
                rows = excerpts.write_out(table, names, folder / "column", filled=column)
                about = {
                    **{"table": table, "column": column, "rows": rows},
                    **{"made_at": f"{now():%Y-%m-%dT%H:%M:%SZ}", "database": kind()},
                }
                write_archive(target, KIND, about, folder)
                columns.drop(table, column)
                next_generation()
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return target
