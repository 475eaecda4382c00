"""The verb export: writes the records of a model into a file that import reads."""

from pathlib import Path

import click

from core.cli.main import Options
from core.cli.opening import opened
from core.errors import UserError
from core.exchange.exports import book
from core.exchange.exports.gathering import Gathering
from core.exchange.exports.tables import (
    csv_texts,
    names_for_programs,
    table_for_programs,
)
from core.exchange.exports.workbook import write_xlsx
from core.exchange.selection import Ask, Selection
from core.i18n import _

FORMATS = (".csv", ".xlsx")


@click.command("export")
@click.argument("model")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def command(options: Options, model: str, file: Path) -> int:
    """Export the records of ADDON.MODEL into FILE, whose suffix (.csv, .xlsx) says the format.

    The columns are those that import reads without a map. Archived records stay out.
    """
    format = file.suffix.lower()
    if format not in FORMATS:
        raise UserError(
            _(
                "There is no format “%(suffix)s”: name a file that ends in %(known)s.",
                suffix=file.suffix,
                known=", ".join(FORMATS),
            )
        )
    with opened(options) as instance, instance.acting("export") as registry:
        records = registry.model(model)
        gathering = Gathering(Selection(records, Ask(sort="id")), names_for_programs(records))
        ids = gathering.ids()
        row = book.begin(model, format[1:], "", len(ids), records._meta.table_name)
        _write(file, format, gathering, ids)
        book.finish(row, len(ids))
    click.echo(f"{file}: {len(ids):,} records")
    return 0


def _write(file: Path, format: str, gathering: Gathering, ids: list[int]) -> None:
    table, batches = table_for_programs(gathering), gathering.batches(ids)
    with file.open("wb") as to:
        if format == ".csv":
            for piece in csv_texts(table, batches):
                to.write(piece)
        else:
            write_xlsx(table, batches, to)
