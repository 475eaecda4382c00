"""Comments on a record: written, taken back and brought back, and whom they call by @name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.access.actors import actors_of
from core.access.decisions import can
from core.access.models import User
from core.attached.following import follow, followers_of
from core.attached.models import Comment, Mention, attached_to
from core.background.notices import notify
from core.data import history
from core.data.actor import current_actor
from core.data.fields import now
from core.data.history import Change, History, HistoryValue, key_of, value_of
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.i18n import _

LONGEST = 10_000
MOST_MENTIONS = 20
LARGEST_ID = 2**31 - 1
# @ and one word or two: a login name, or the name of a person.
CALLED = re.compile(r"(?<![\w@.])@(\w[\w.ʻʼ'’-]*)(?:[ \u00a0](\w[\wʻʼ'’-]*))?")


@dataclass
class Written:
    """A comment as it was kept, and the names of those whom it called and who cannot see it."""

    comment: Comment
    unreached: list[str] = field(default_factory=list)


def write_comment(record: Model, text: str) -> Written:
    """Keep a comment of the current actor, who may read the record; its followers and those whom
    it mentions are told. Raises `UserError` for a text that cannot be kept.
    """
    actor = current_actor()
    said = checked(text)
    comment = Comment.create(
        author=actor.id, author_name=actor.name[:255], text=said, **key_of(record)
    )
    history.write(Comment, type(record), [Change(history.CREATE, comment.id, record.id)])
    called = people_called(said)
    reached = who_may_read(record, called)
    for id in sorted(reached):
        Mention.create(comment=comment.id, user=id)
    if actor.id is not None:
        follow(actor.id, record)
    _tell(record, actor.name, actor.id, reached)
    return Written(comment, [name for id, name in called.items() if id not in reached])


def _tell(record: Model, name: str, author: int | None, mentioned: set[int]) -> None:
    for id in sorted(mentioned - {author}):
        notify(id, _("%(who)s mentioned you", who=name), record, "core.mentioned")
    for id in sorted(followers_of(record) - mentioned - {author}):
        notify(id, _("%(who)s commented", who=name), record, "core.commented")


def checked(text: str) -> str:
    """The text as it is kept; raises `UserError` saying what to do with one that cannot be."""
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise UserError(_("The comment is empty. Write something first."))
    if len(said) > LONGEST:
        raise UserError(
            _("The comment has more than %(most)s characters. Shorten it.", most=LONGEST)
        )
    if "\0" in said:
        raise UserError(_("The comment holds a NUL character. Remove the character."))
    return said


def remove_comment(record: Model, id: int) -> bool:
    """Take back a comment of one's own; False when the record has none with this id."""
    comment = _own(record, id)
    if comment is not None and comment.removed_at is None:
        old = history.stored_text(Comment.text, comment.text)
        Comment.update(text="", removed_at=now()).where(Comment.id == id).execute()
        change = Change(history.DELETE, id, record.id, [("text", old, None)])
        history.write(Comment, type(record), [change])
    return comment is not None


def bring_comment_back(record: Model, id: int) -> bool:
    """Say again what one took back, whose text the history has; False as with `remove_comment`.
    Nobody is told anew.
    """
    comment = _own(record, id)
    if comment is not None and comment.removed_at is not None:
        Comment.update(text=_removed_text(id), removed_at=None).where(Comment.id == id).execute()
        history.write(Comment, type(record), [Change(history.RESTORE, id, record.id)])
    return comment is not None


def _own(record: Model, id: int) -> Comment | None:
    if id > LARGEST_ID:
        return None
    comment: Comment | None = Comment.get_or_none(attached_to(Comment, record) & (Comment.id == id))
    if comment is not None and (comment.author_id or 0) != current_actor().id:
        raise NotAllowed(_("Only its author may remove a comment."))
    return comment


def _removed_text(id: int) -> str:
    row, value = History, HistoryValue
    told = (
        value.select(value.old)
        .join(row)
        .where(
            row.model == Comment._meta.table_name, row.record == id, row.action == history.DELETE
        )
    )
    for (text,) in told.order_by(row.id.desc()).limit(1).tuples():
        if text is not None:
            return str(value_of(Comment.text, text))
    raise UserError(_("What the comment said is not kept any more."))


def people_called(text: str) -> dict[int, str]:
    """{id: name} of the users whom a text calls by @login or @name, as far as its author may see
    them.
    """
    words = [match.groups() for match in CALLED.finditer(text)][:MOST_MENTIONS]
    logins = {first.rstrip(".-'’") for first, _second in words}
    names = {*logins, *(f"{first} {second}" for first, second in words if second)}
    if not names:
        return {}
    query = User.select(User.id, User.name).where(
        User.is_active & (User.login.in_(sorted(logins)) | User.name.in_(sorted(names)))
    )
    return dict(query.tuples())


def who_may_read(record: Model, ids: Iterable[int]) -> set[int]:
    """Those of the users who can open the record."""
    return {id for id, actor in actors_of(ids).items() if can(actor, "r", record)}


def people_for(record: Model, search: str, most: int = 8) -> list[tuple[str, str]]:
    """(login, name) of users who may read the record, to be called in a comment: those whose name
    or login begins with `search`, without regard to case.
    """
    start = search.strip().lower()
    rows = User.select(User.id, User.login, User.name).where(User.is_active).order_by(User.name)
    found = [
        (id, login, name)
        for id, login, name in rows.tuples()
        if login.lower().startswith(start) or _has_word(name, start)
    ][: 3 * most]
    reached = who_may_read(record, [id for id, _login, _name in found])
    return [(login, name) for id, login, name in found if id in reached][:most]


def _has_word(name: str, start: str) -> bool:
    return any(word.startswith(start) for word in name.lower().split())
