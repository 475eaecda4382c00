"""What the kernel's books hold of one addon: it leaves with the addon, and comes back with it.

A book says in its Meta by `of_addon` which field names the addon: by its name, by a name within
it (`sales.manager`, `sales.jobs.remind`), or by a table of it; or which one names a row of another
book.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import peewee

from core.data.actor import system
from core.data.changes import BOOKKEEPING
from core.data.fields import FileField
from core.data.history import stored_text, value_of
from core.data.internal import Internal
from core.data.model import Model

Book = type[peewee.Model]


class Contents(Protocol):
    """The kept contents, by their hashes."""

    def copy_out(self, hash: str, target: Path) -> bool:
        """Write the content into a file; False when it is gone."""

    def take_in(self, file: Path) -> None:
        """Keep what is in the file."""


def count(name: str, tables: Sequence[str]) -> list[tuple[str, int]]:
    """(table, how many) of the rows that leave with the addon whose tables these are."""
    with system("rows of an addon are counted"):
        found = [(book, book.select().where(_of(book, name, tables)).count()) for book in _books()]
    return [(book._meta.table_name, number) for book, number in found if number]


def take_out(name: str, tables: Sequence[str], folder: Path, contents: Contents) -> dict[str, Any]:
    """Write the rows of the addon, and the contents that they and its own tables name, into files
    of `folder`, and take the rows away; answers what `put_back` has to know.
    """
    rows = {}
    with system("an addon leaves with all that is its own"):
        hashes = {hash for holder in _holders(tables) for hash in _named(holder)}
        for book in _books():
            mine = _of(book, name, tables)
            hashes |= {hash for field in _files(book) for hash in _named(field, mine)}
            rows[book._meta.table_name] = _write(book, mine, folder)
            book.delete().where(mine).execute()
    kept = [hash for hash in sorted(hashes) if contents.copy_out(hash, folder / f"file-{hash}")]
    return {"rows": rows, "contents": kept}


def put_back(about: dict[str, Any], folder: Path, contents: Contents) -> None:
    """Bring back what `take_out` took away. A row whose id was given to another meanwhile gets a
    new one, and then what names it stays away.
    """
    for hash in about["contents"]:
        contents.take_in(folder / f"file-{hash}")
    away: dict[Book, set[int]] = {}
    with system("an addon comes back with all that was its own"):
        for book in reversed(_books()):
            if about["rows"].get(book._meta.table_name):
                away[book] = set(_read(book, folder, away))


def _books() -> list[Book]:
    """Every book that has rows of addons, those first that name rows of others."""
    found = [book for book in _below(Internal, Model) if hasattr(book._meta, "of_addon")]
    return sorted(found, key=lambda book: (_parent(book) is None, book._meta.table_name))


def _below(*bases: Book) -> Iterator[Book]:
    for base in bases:
        for book in base.__subclasses__():
            yield book
            yield from _below(book)


def _parent(book: Book) -> Book | None:
    field = book._meta.fields[book._meta.of_addon]
    return field.rel_model if isinstance(field, peewee.ForeignKeyField) else None


def _of(book: Book, name: str, tables: Sequence[str]) -> Any:
    """The condition that a row is the addon's."""
    field = book._meta.fields[book._meta.of_addon]
    if parent := _parent(book):
        return field.in_(parent.select(parent.id).where(_of(parent, name, tables)))
    begins = peewee.fn.SUBSTR(field, 1, len(name) + 1) == f"{name}."
    return (field == name) | begins | field.in_(tables)


def _write(book: Book, mine: Any, folder: Path) -> int:
    """Write the rows into the file of the book; answers how many."""
    fields, number = book._meta.sorted_fields, 0
    with (folder / book._meta.table_name).open("w", encoding="utf-8") as stream:
        for row in book.select().where(mine).order_by(book.id):
            held = row.__data__
            texts = {f.name: stored_text(f, f.db_value(held[f.name])) for f in fields}
            stream.write(json.dumps(texts, ensure_ascii=False) + "\n")
            number += 1
    return number


def _read(book: Book, folder: Path, away: dict[Book, set[int]]) -> Iterator[int]:
    """Make the rows of the file anew; gives the ids of those that got another one."""
    parent, names = _parent(book), book._meta.of_addon
    with (folder / book._meta.table_name).open(encoding="utf-8") as stream:
        for line in stream:
            texts = json.loads(line)
            values = {n: value_of(book._meta.fields[n], text) for n, text in texts.items()}
            if parent is not None and values[names] in away.get(parent, ()):
                continue
            if book.select().where(book.id == values["id"]).exists():
                yield values.pop("id")
            _make(book, values)


def _make(book: Book, values: dict[str, Any]) -> None:
    """Make a row, unless one says the same already."""
    unique = next((names for names, is_unique in book._meta.indexes if is_unique), ())
    same = [book._meta.fields[name] == values[name] for name in unique]
    if not same or not book.select().where(*same).exists():
        kept = ("id", *BOOKKEEPING) if issubclass(book, Model) else ()
        book.create(**{name: value for name, value in values.items() if name not in kept})


def _files(book: Book) -> list[FileField]:
    return [field for field in book._meta.sorted_fields if isinstance(field, FileField)]


def _holders(tables: Sequence[str]) -> Iterator[FileField]:
    """The columns of these tables that name contents."""
    for model in _below(Model):
        if model._meta.table_name in tables:
            yield from _files(model)


def _named(field: FileField, mine: Any = True) -> set[str]:
    rows = field.model.select(field).where(mine).distinct().tuples()
    return {hash for (hash,) in rows if hash}
