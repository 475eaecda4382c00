"""Count attempts in Redis, or else in the database, so that all workers share one limit."""

import ipaddress
from datetime import timedelta

from core.access.models import Attempt
from core.data.database import transaction
from core.data.fields import now
from core.data.redis import ask

WINDOW = timedelta(minutes=15)


def network_of(address: str) -> str:
    """Under what an address is counted: of IPv6 the first 64 bits, for whoever has one address has
    all of those, and would count as somebody else with each guess.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, ipaddress.IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))


def is_throttled(key: str, limit: int) -> bool:
    """Whether `key` used up its `limit` within the window."""
    key = key[:128]
    return ask(lambda redis: redis.count(key), lambda: _count(key)) >= limit


def count_attempt(key: str, window: timedelta = WINDOW) -> int:
    """Note one attempt and answer how many there were within the window. Commits on its own."""
    key, seconds = key[:128], int(window.total_seconds())
    return ask(lambda redis: redis.count_up(key, seconds), lambda: _count_up(key, window))


def take_back(key: str) -> None:
    """Uncount one attempt that turned out to be no guess."""
    key = key[:128]
    ask(lambda redis: redis.take_back(key), lambda: _take_back(key))


def forget_attempts(key: str) -> None:
    key = key[:128]
    ask(lambda redis: redis.forget(key), lambda: _forget(key))


def _count(key: str) -> int:
    row = Attempt.get_or_none(Attempt.key == key)
    return int(row.count) if row is not None and row.until > now() else 0


def _count_up(key: str, window: timedelta) -> int:
    moment = now()
    with transaction():
        Attempt.delete().where(Attempt.until <= moment).execute()
        first = Attempt.insert(key=key, count=1, until=moment + window)
        more = {Attempt.count: Attempt.count + 1}
        first.on_conflict(conflict_target=[Attempt.key], update=more).execute()
        return int(Attempt.get(Attempt.key == key).count)


def _take_back(key: str) -> None:
    more_than_none = (Attempt.key == key) & (Attempt.count > 0)
    Attempt.update(count=Attempt.count - 1).where(more_than_none).execute()


def _forget(key: str) -> None:
    Attempt.delete().where(Attempt.key == key).execute()
