"""What time it is: the one place that asks the machine, so that tests can set it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, aware, in UTC. Called as `clock.utc_now()`."""
    return datetime.now(UTC)
