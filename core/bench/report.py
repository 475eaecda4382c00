"""Run figures on their data and say what came out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby

from core.bench.figures import POSTGRESQL, Figure
from core.bench.ground import Ground, on_postgresql, on_sqlite
from core.bench.measure import TooFew
from core.config import Settings

NEEDS_MORE = "needs more --rows"


@dataclass(frozen=True)
class Line:
    """One row of the report: milliseconds of one call, and the value beside its target. Where the
    data is too small for the figure, the value says so and the target is not met.
    """

    name: str
    cpu_ms: float | None
    wall_ms: float | None
    value: float | str
    unit: str
    target: float | None
    ok: bool


def measured(
    figures: list[Figure], settings: Settings, rows: int | None, say: Callable[[str], None]
) -> Iterator[Line]:
    """A line for each figure, those on the same data together; `rows` takes the place of each
    figure's own number of records. `say` is told what is being made.
    """
    for (engine, count), some in groupby(figures, lambda f: (f.engine, rows or f.rows)):
        say(f"{count:,} records on {engine}")
        open_ground = on_postgresql if engine == POSTGRESQL else on_sqlite
        with open_ground(settings, count) as ground:
            for figure in some:
                yield _line(figure, ground)


def _line(figure: Figure, ground: Ground) -> Line:
    try:
        result = figure.measure(ground)
    except TooFew:
        return Line(figure.name, None, None, NEEDS_MORE, figure.unit, figure.target, ok=False)
    return Line(
        figure.name,
        round(result.cost.cpu, 2) if result.cost else None,
        round(result.cost.wall, 2) if result.cost else None,
        round(result.value, 3),
        figure.unit,
        figure.target,
        figure.target is None or result.value <= figure.target,
    )


HEAD = ("figure", "CPU ms", "wall ms", "value", "target", "ok")
FORM = "{:<24}{:>10}{:>10}{:>20}{:>10}  {}"


def as_text(line: Line) -> str:
    """One line of the table."""
    return FORM.format(
        line.name,
        "" if line.cpu_ms is None else f"{line.cpu_ms:.2f}",
        "" if line.wall_ms is None else f"{line.wall_ms:.2f}",
        line.value if isinstance(line.value, str) else f"{line.value:.2f} {line.unit}",
        "" if line.target is None else f"{line.target:g}",
        "ok" if line.ok else "MISSED",
    ).rstrip()


def as_json(lines: list[Line]) -> str:
    return json.dumps([asdict(line) for line in lines])
