"""Open a file of rows by what it holds, whatever its name says."""

from pathlib import Path

from core.exchange.problems import Problem, Problems
from core.exchange.sheets.cards import BEGIN, Cards, open_cards
from core.exchange.sheets.languages import joined
from core.exchange.sheets.rows import Sheet, unreadable
from core.exchange.sheets.tables import MARK, Table, open_table
from core.i18n import _

ARCHIVE = b"PK\x03\x04"


def open_sheet(path: Path, name: str, problems: Problems) -> Sheet | None:
    """The sheet in a file, or None when not even its header can be read."""
    sheet = _opened(path, name, problems)
    return None if sheet is None else joined(sheet)


def _opened(path: Path, name: str, problems: Problems) -> Sheet | None:
    try:
        if not path.is_file():
            problems.add(
                Problem(name, _("there is no such file"), _("Check the name and the folder"))
            )
            return None
        with path.open("rb") as file:
            start = file.read(64).removeprefix(MARK)
            file.seek(0)
            if start.startswith(ARCHIVE):
                # Excel's library takes a tenth of a second to load, so not at start.
                from core.exchange.sheets.workbooks import Workbook, open_workbook

                return open_workbook(Workbook(path, name), problems)
            if start.lstrip()[: len(BEGIN)].upper() == BEGIN:
                return open_cards(Cards(path, name), problems)
            return open_table(file, Table(path, name), problems)
    except OSError as error:
        problems.add(unreadable(name, error))
        return None
