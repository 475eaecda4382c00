"""The figures that must stay fast: what each measures, on which data, and its target."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from core.bench.ground import Ground
from core.bench.measure import Cost, costs

LIST = "/contacts/contact/"
API = "/api/v1/contacts/contact"
SMALL, LARGE = 100_000, 1_000_000
SQLITE, POSTGRESQL = "sqlite", "postgresql"
CPU, WALL, TIMES, MEGABYTES = "ms CPU", "ms wall", "times", "MB"


@dataclass(frozen=True)
class Result:
    """What came out: `value` is what the target speaks of; the cost is that of one call."""

    value: float
    cost: Cost | None = None


@dataclass(frozen=True)
class Figure:
    """One figure. Without a target it is reported only."""

    name: str
    target: float | None
    unit: str
    measure: Callable[[Ground], Result]
    rows: int = SMALL
    engine: str = SQLITE


def _of_list(**words: str) -> Callable[[Ground], Result]:
    def measure(ground: Ground) -> Result:
        path = f"{LIST}?{urlencode(words)}" if words else LIST
        (cost,) = costs(ground.switch, ground.host, ground.page(path))
        return Result(cost.cpu, cost)

    return measure


FIGURES = (Figure("list_100k", 5, CPU, _of_list()),)
