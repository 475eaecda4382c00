"""What goes with a user beside their record: logins, sessions, notices, roles; and what stays."""

from collections.abc import Iterator
from typing import Any

from peewee import ForeignKeyField

from core.access.lines import ADMIN
from core.access.models import Attempt, TeamMember, User, UserRole
from core.attached.models import Comment
from core.data.actor import current_actor
from core.data.history import History
from core.data.internal import Internal
from core.exchange.exports.book import Export
from core.exchange.saved_filters import SavedFilter
from core.exchange.uploads.models import Upload
from core.exchange.webhooks.models import Webhook
from core.i18n import Text, _
from core.personal.blanks import erased_name
from core.personal.person import Person

# These hold the work of a user for others; all other books that go with a user are their own.
WORK = (Webhook, SavedFilter, Upload)


def own_books() -> Iterator[tuple[type[Internal], Any]]:
    """(book, its key to the user) of each whose rows go with a user."""
    for book in Internal.__subclasses__():
        for field in book._meta.sorted_fields:
            is_key = isinstance(field, ForeignKeyField) and field.rel_model is User
            if is_key and field.on_delete == "CASCADE" and book not in WORK:
                yield book, field


def count_own(person: Person) -> int:
    found = (book.select().where(key == person.id) for book, key in own_books())
    tried = Attempt.select().where(_tried(person)).count()
    return int(sum(query.count() for query in found) + tried)


def erase_own(person: Person) -> int:
    """Take away what lets the user in, what they were told and chose."""
    count = sum(book.delete().where(key == person.id).execute() for book, key in own_books())
    count += Attempt.delete().where(_tried(person)).execute()
    return int(count)


def _tried(person: Person) -> Any:
    """The attempts to log in under the login name."""
    login = str(person.record.login).casefold()
    rows = Attempt.select(Attempt.id, Attempt.key).tuples()
    return Attempt.id.in_([id for id, key in rows if login in key.casefold().split()])


def count_rights(person: Person) -> int:
    roles = UserRole.select().where(UserRole.user == person.id).count()
    return int(roles + TeamMember.select().where(TeamMember.user == person.id).count())


def end(person: Person) -> None:
    """Let nobody act as the user any more: no roles, no teams, not active."""
    UserRole.delete().where(UserRole.user == person.id).execute()
    TeamMember.delete().where(TeamMember.user == person.id).execute()
    User.update(is_active=False).where(User.id == person.id, User.is_active).execute()


def rename(person: Person) -> int:
    """Put the new name where books keep what the user was called."""
    name = erased_name(person.id)
    count = Comment.update(author_name=name).where(Comment.author == person.id).execute()
    count += Export.update(actor_name=name).where(Export.actor == person.id).execute()
    return int(count)


def count_named(person: Person) -> int:
    comments = Comment.select().where(Comment.author == person.id).count()
    return int(comments + Export.select().where(Export.actor == person.id).count())


def count_entries(person: Person) -> int:
    """How many entries of the history say that they did something."""
    return int(History.select().where(History.actor == person.id).count())


def reasons_of_user(user: User) -> Iterator[Text]:
    """Why this user cannot be erased now."""
    if user.id == current_actor().id:
        yield _("You cannot erase yourself: ask another administrator.")
    held = UserRole.select(UserRole.user).where(UserRole.role == ADMIN)
    admins = User.select(User.id).where(User.id.in_(held) & User.is_active)
    if [id for (id,) in admins.tuples()] == [user.id]:
        yield _("%(login)s is the last admin: make another first.", login=user.login)
