"""What an archive of a user holds beside their record: logins, notices, and what they wrote."""

from collections.abc import Iterator
from typing import Any

from core.access.models import Session, Token
from core.attached.models import Comment
from core.background.notices import Notice, readable, visible
from core.data.actor import current_actor
from core.exchange.exports.book import Export
from core.personal.person import Person

Items = Iterator[dict[str, Any]]
AT_ONCE = 200


def of_user(person: Person) -> Iterator[tuple[str, Items]]:
    """What they wrote; the rest only for an administrator, for it is hidden from all others."""
    yield "comments-they-wrote", _written(person)
    if not (current_actor().is_admin or current_actor().is_system):
        return
    yield "sessions", _sessions(person)
    yield "tokens", _tokens(person)
    yield "notices", _notices(person)
    yield "exports", _exports(person)


def _sessions(person: Person) -> Items:
    for row in Session.select().where(Session.user == person.id).order_by(Session.id):
        yield {"begun at": row.created_at, "seen at": row.seen_at, "address": row.address}


def _tokens(person: Person) -> Items:
    for row in Token.select().where(Token.user == person.id).order_by(Token.id):
        yield {"title": row.title, "made at": row.created_at, "until": row.expires_at}


def _notices(person: Person) -> Items:
    """Those about nothing that is hidden from the reader of the archive."""
    query = Notice.select().where(Notice.user == person.id).order_by(Notice.id)
    for some in _by_the_hundred(query, Notice):
        for told in readable(some):
            yield {"at": told.notice.at, "text": told.notice.text, "read at": told.notice.read_at}


def _exports(person: Person) -> Items:
    for row in Export.select().where(Export.actor == person.id).order_by(Export.id).iterator():
        yield {"at": row.at, "records": row.model, "format": row.format, "rows": row.rows}


def _written(person: Person) -> Items:
    """What they wrote about records that the reader of the archive may see."""
    mine = (Comment.author == person.id) & Comment.removed_at.is_null()
    for some in _by_the_hundred(Comment.select().where(mine), Comment):
        records: dict[str, set[int]] = {}
        for row in some:
            records.setdefault(row.model, set()).add(row.record)
        seen = {table: visible(table, ids) for table, ids in records.items()}
        for row in some:
            _record, birth = seen[row.model].get(row.record, (None, None))
            if birth == row.birth:
                yield {"at": row.at, "about": f"{row.model} {row.record}", "text": row.text}


def _by_the_hundred(query: Any, book: Any) -> Iterator[list[Any]]:
    last = 0
    while some := list(query.where(book.id > last).order_by(book.id).limit(AT_ONCE)):
        yield some
        last = some[-1].id
