"""Columns of one text in several languages, "name@uz" and "name@ru", read as one column "name"."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.data.translated import IN_LANGUAGES
from core.exchange.problems import Problems
from core.exchange.sheets.rows import Row, Sheet

NAMED = re.compile(rf"(.+)@({'|'.join(IN_LANGUAGES)})")


@dataclass(frozen=True)
class Joined(Sheet):
    """A sheet whose `groups`, {column: {language: place in the row}}, stand last, as JSON."""

    sheet: Sheet | None = None
    kept: tuple[int, ...] = ()
    groups: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()

    def rows(self, problems: Problems) -> Iterator[Row]:
        assert self.sheet is not None  # noqa: S101 - `joined` always gives one
        for line, cells in self.sheet.rows(problems):
            joined = [_text({n: cells[at] for n, at in places}) for _name, places in self.groups]
            yield line, [*(cells[at] for at in self.kept), *joined]


def joined(sheet: Sheet) -> Sheet:
    """The sheet with its columns of languages joined; itself where it has none, or where a column
    of the whole text stands beside them.
    """
    groups: dict[str, dict[str, int]] = {}
    kept = []
    for at, column in enumerate(sheet.header):
        found = NAMED.fullmatch(column.strip())
        if found and found[1] not in sheet.header:
            groups.setdefault(found[1], {})[found[2]] = at
        else:
            kept.append(at)
    if not groups:
        return sheet
    header = (*(sheet.header[at] for at in kept), *groups)
    plain = tuple((name, tuple(places.items())) for name, places in groups.items())
    return Joined(sheet.path, sheet.name, header, sheet, tuple(kept), plain)


def _text(texts: dict[str, str]) -> str:
    given = {language: text.strip() for language, text in texts.items() if text.strip()}
    return json.dumps(given, ensure_ascii=False) if given else ""
