"""Read vCards as rows: a card a line, with a column for each thing that cards say of people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import vobject

from core.exchange.problems import Problem, Problems
from core.exchange.sheets.rows import Row, Sheet, unreadable
from core.i18n import _

BEGIN = b"BEGIN:VCARD"
MOST_BYTES = 25_000_000
TELEPHONES, EMAILS = 3, 2
HEADER = (
    *("Name", "Organization", "Job"),
    *(f"Telephone {n}" for n in range(1, TELEPHONES + 1)),
    *(f"E-mail {n}" for n in range(1, EMAILS + 1)),
    *("Address", "City", "Region", "Postal code", "Country", "Birthday", "Note"),
)


@dataclass(frozen=True)
class Cards(Sheet):
    """A file of vCards, of versions 2.1 to 4.0; a line of it is where a card begins."""

    header: tuple[str, ...] = HEADER

    def rows(self, problems: Problems) -> Iterator[Row]:
        """A row for each card that can be read; of the others it is told."""
        try:
            text = self.path.read_bytes()[:MOST_BYTES].decode("utf-8-sig", errors="replace")
        except OSError as error:
            problems.add(unreadable(self.name, error))
            return
        for line, card in _cards(text):
            if problems.is_full:
                return
            try:
                yield line, _row(vobject.readOne(card, ignoreUnreadable=True))
            except Exception:  # whatever vobject meets in strange cards: one card, not the file
                problems.add(
                    Problem(self.name, _("the card cannot be read"),
                            _("Export it again from where it came, as vCard 3.0"), line)
                )  # fmt: skip


def open_cards(cards: Cards, problems: Problems) -> Cards | None:
    """The cards in a file, unless it is larger than cards of people are."""
    if cards.path.stat().st_size > MOST_BYTES:
        problems.add(
            Problem(
                cards.name, _("the file is larger than 25 MB"), _("Export the cards without photos")
            )
        )
        return None
    return cards


def _cards(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each card."""
    begun = 0
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            begun, lines = number, []
        lines.append(line)
        if word == "END:VCARD" and begun:
            yield begun, "\r\n".join(lines) + "\r\n"
            begun, lines = 0, []


def _row(card: Any) -> list[str]:
    said: dict[str, list[Any]] = card.contents
    address = _first(said, "adr")
    telephones = [_plain(one.value) for one in said.get("tel", ())]
    emails = [_plain(one.value) for one in said.get("email", ())]
    organization = " ".join(map(_plain, _first(said, "org") or ()))
    name = _plain(_first(said, "fn")) or _plain(_first(said, "n")) or organization
    return [
        name,
        "" if name == organization else organization,
        _plain(_first(said, "title")),
        *_fitted(telephones, TELEPHONES),
        *_fitted(emails, EMAILS),
        *(_part(address, part) for part in ("street", "city", "region", "code", "country")),
        _day(_plain(_first(said, "bday"))),
        _plain(_first(said, "note")),
    ]


def _first(said: dict[str, list[Any]], name: str) -> Any:
    return said[name][0].value if said.get(name) else None


def _plain(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _part(address: Any, name: str) -> str:
    value = getattr(address, name, "")
    return _plain(" ".join(value) if isinstance(value, list) else value)


def _fitted(values: list[str], places: int) -> list[str]:
    return [*values[:places], *[""] * (places - len(values))]


def _day(text: str) -> str:
    """19900531 and 1990-05-31T00:00:00 as 1990-05-31; what has no year is left as it is."""
    compact = text[:8]
    if len(compact) == 8 and compact.isdigit():
        return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}"
    return text[:10] if text[4:5] == "-" and text[7:8] == "-" else text
