"""Comments as they stand in the timeline of a record, among its changes."""

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from core.access.models import User
from core.attached.comments import CALLED
from core.attached.models import Comment, Mention
from core.data import history
from core.data.actor import current_actor
from core.data.model import Model

TABLE = Comment._meta.table_name


class Spoken:
    """The comments on a record that entries of one page tell of, looked up once for all of them."""

    def __init__(self, entries: Iterable[Any], model: type[Model], record: int) -> None:
        ids = [e.record for e in entries if e.table == TABLE and e.action == history.CREATE]
        # SQLite gives the id of a comment that is gone again: to one on another record.
        here = (Comment.model == model._meta.table_name) & (Comment.record == record)
        self.comments = {c.id: c for c in Comment.select().where(here, Comment.id.in_(ids))}
        self.called: dict[int, dict[str, str]] = {}
        people = (
            Mention.select(Mention.comment, User.login, User.name)
            .join(User)
            .where(Mention.comment.in_(ids))
        )
        for comment, login, name in people.tuples() if ids else ():
            self.called.setdefault(comment, {}).update({login: name, name: name})

    def lines(self, entry: Any) -> list[dict[str, Any]]:
        """What the timeline shows of a comment where it was written; nothing of its removal."""
        comment = self.comments.get(entry.record)
        if entry.action != history.CREATE or comment is None:
            return []
        is_own = comment.author_id is not None and comment.author_id == current_actor().id
        if comment.removed_at is not None:
            return [{"is_removed": True, "comment": comment.id, "is_own": is_own}]
        said = _marked(comment.text, self.called.get(comment.id, {}))
        return [{"comment": comment.id, "said": said, "is_own": is_own}]


def _marked(text: str, called: dict[str, str]) -> Markup:
    """The text with the people whom it reached marked."""
    parts, end = [], 0
    for match in CALLED.finditer(text):
        found = _whom(match, called)
        if found is not None:
            parts.append(escape(text[end : match.start()]))
            parts.append(Markup('<b class="called">@{}</b>').format(called[found]))
            end = match.start() + 1 + len(found)
    return Markup("").join([*parts, escape(text[end:])])


def _whom(match: re.Match[str], called: dict[str, str]) -> str | None:
    """The longest of the names and logins that stands after an @."""
    text = match.group(0)[1:]
    return max((name for name in called if text.startswith(name)), key=len, default=None)
