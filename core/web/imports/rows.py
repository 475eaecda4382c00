"""The rows of an upload as its page shows them: verdicts, faults, the same faults together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from core.exchange.uploads.checking import is_written
from core.exchange.uploads.models import (
    BAD,
    BESIDE,
    LEFT_OUT,
    RUNNING,
    Line,
    Upload,
    UploadChunk,
    chunks_of,
    lines_in,
)
from core.exchange.uploads.places import Place, Places
from core.formats import format_integer
from core.i18n import _

ROWS = 50
GROUPS = 12
NUMBERS = 5
LONGEST = 300  # letters of a cell in which nothing is to be mended
VERDICTS = {
    "c": ("plus", "is-ok", _("New")),
    "u": ("refresh", "is-info", _("Changed")),
    "=": ("check", "is-mute", _("The same")),
    "!": ("warn", "is-bad", _("Error")),
    "-": ("x", "is-mute", _("Left out")),
    "?": ("dots", "is-mute", _("Not checked")),
}
SHOWS = {
    "all": ("cu=!-?", _("All rows")),
    "bad": ("!", _("Errors")),
    "new": ("c", _("New")),
    "changed": ("u", _("Changed")),
    "out": ("-", _("Left out")),
}


class Rows:
    """One page of the rows, narrowed and turned by the words of its address."""

    def __init__(
        self, upload: Upload, places: Places, mapping: dict[str, Any], args: Mapping[str, str]
    ) -> None:
        self.upload, self.places, self.mapping, self.args = upload, places, mapping, args

    def page(self) -> dict[str, Any]:
        """The context of one page of rows."""
        tally = self.upload.tally
        show = self.args.get("show", "")
        show = show if show in SHOWS else "all"
        number = _page_number(self.args.get("page", ""))
        signs = SHOWS[show][0]
        total = sum(n for sign, n in tally.items() if sign in signs)
        lines = self._lines(signs, (number - 1) * ROWS)
        columns = [
            (n, self.places.by_name[name])
            for n, name in enumerate(self.mapping["places"])
            if name in self.places.by_name
        ]
        names = self.upload.columns
        writing = tally.get("c", 0) + tally.get("u", 0)
        return {
            "counts": {sign: format_integer(tally.get(sign, 0)) for sign in VERDICTS},
            "bad": tally.get(BAD, 0),
            "unknown": tally.get("?", 0),
            "left_out": tally.get(LEFT_OUT, 0),
            "writing": writing,
            "writing_count": format_integer(writing),
            "key": self.places.key_titles().get(self.mapping["key"], ""),
            "shows": [
                (key, title, format_integer(sum(tally.get(sign, 0) for sign in signs)), key == show)
                for key, (signs, title) in SHOWS.items()
            ],
            "show": show,
            "number": number,
            "titles": [(place.title, names[n], _is_number(place)) for n, place in columns],
            "rows": [_row(line, columns) for line in lines],
            "next": number + 1 if total > number * ROWS else 0,
            "previous": number - 1,
            "range": f"{format_integer((number - 1) * ROWS + 1)}–"
            f"{format_integer(min(number * ROWS, total))}",
            "total": format_integer(total),
            "groups": list(self._groups()) if tally.get(BAD) else [],
            "is_partly": self.upload.state == RUNNING and is_written(self.upload),
        }

    def _lines(self, signs: str, skip: int) -> list[Line]:
        """The lines of one page: those with one of the verdicts, after `skip` of them."""
        found: list[Line] = []
        query = UploadChunk.select(UploadChunk.id, UploadChunk.verdicts)
        query = query.where(UploadChunk.upload == self.upload.id).order_by(UploadChunk.number)
        for id, verdicts in query.tuples():
            count = sum(verdict in signs for verdict in verdicts)
            if skip >= count:
                skip -= count
                continue
            lines = lines_in(UploadChunk.get_by_id(id))
            found += [line for line in lines if line.verdict in signs][skip:]
            skip = 0
            if len(found) >= ROWS:
                break
        return found[:ROWS]

    def _groups(self) -> Iterator[dict[str, Any]]:
        """The same fault of the same cells together, the most frequent first."""
        numbers: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for chunk in chunks_of(self.upload):
            for line in lines_in(chunk) if BAD in chunk.verdicts else ():
                for column, text, bad in line.problems:
                    if bad and line.verdict == BAD:
                        cell = line.cells[column] if column >= 0 else ""
                        numbers[column, text, cell].append(line.number)
        counts = Counter({key: len(found) for key, found in numbers.items()})
        names = self.upload.columns
        for (column, text, cell), count in counts.most_common(GROUPS):
            some = numbers[column, text, cell]
            listed = ", ".join(map(str, some[:NUMBERS])) + (" …" if count > NUMBERS else "")
            yield {
                "column": column,
                "title": names[column] if column >= 0 else "",
                "text": text,
                "cell": cell,
                "count": format_integer(count),
                "numbers": listed,
                "is_one": count == 1,
                "line": some[0],
            }


def _row(line: Line, columns: list[tuple[int, Place]]) -> dict[str, Any]:
    icon, tone, title = VERDICTS[line.verdict]
    said: dict[int, tuple[str, bool]] = {}
    for column, text, bad in line.problems:
        if column not in said or bad:
            said[column] = (text, bad)
    cells = []
    for n, place in columns:
        text, bad = said.get(n, ("", False))
        held = line.cells[n] if line.cells else ""
        cells.append(
            {
                "column": n,
                "title": place.title,
                "text": held if text or len(held) <= LONGEST else f"{held[:LONGEST]}…",
                "said": text,
                "tone": "" if not text else "bad" if bad else "warn",
                "is_number": _is_number(place),
            }
        )
    return {
        "number": line.number,
        "icon": icon,
        "tone": tone,
        "verdict": title,
        "is_bad": line.verdict == BAD,
        "is_left_out": line.is_left_out,
        "cells": cells,
        "said": said.get(BESIDE, ("", False))[0],
    }


def _is_number(place: Place) -> bool:
    return place.field.field_type in ("INT", "BIGINT", "SMALLINT") and not place.refers


def _page_number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
