"""The fixture by which a test says what time it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core import clock as machine


class Clock:
    """A clock that stands until it is set or put forward."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def set(self, moment: datetime) -> None:
        """Let it be this aware time."""
        self.time = moment.astimezone(UTC)

    def forward(self, **by: float) -> None:
        """Put it forward: `clock.forward(days=1, hours=2)`."""
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The time that this process takes for now; that of other processes goes on."""
    made = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "utc_now", lambda: made.time)
        yield made
