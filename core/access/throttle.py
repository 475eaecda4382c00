"""Count attempts in the database, so that all workers share one limit."""

from datetime import timedelta

from core.access.models import Attempt
from core.data.database import transaction
from core.data.fields import now

WINDOW = timedelta(minutes=15)


def is_throttled(key: str, limit: int) -> bool:
    """Whether `key` used up its `limit` within the window."""
    row = Attempt.get_or_none(Attempt.key == key[:128])
    return row is not None and row.count >= limit and row.until > now()


def count_attempt(key: str, window: timedelta = WINDOW) -> int:
    """Note one attempt and answer how many there were within the window. Commits on its own."""
    key, moment = key[:128], now()
    with transaction():
        Attempt.delete().where(Attempt.until <= moment).execute()
        first = Attempt.insert(key=key, count=1, until=moment + window)
        more = {Attempt.count: Attempt.count + 1}
        first.on_conflict(conflict_target=[Attempt.key], update=more).execute()
        return int(Attempt.get(Attempt.key == key).count)


def take_back(key: str) -> None:
    """Uncount one attempt that turned out to be no guess."""
    more_than_none = (Attempt.key == key[:128]) & (Attempt.count > 0)
    Attempt.update(count=Attempt.count - 1).where(more_than_none).execute()


def forget_attempts(key: str) -> None:
    Attempt.delete().where(Attempt.key == key[:128]).execute()
