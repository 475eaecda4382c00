"""The figures that must stay fast: what each measures, on which data, and its target."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from core.bench.access import decided_page, scoped_page
from core.bench.data import UNIQUE_NAME
from core.bench.ground import ADDON, Ground
from core.bench.imports import import_rows
from core.bench.measure import Cost, TooFew, checked, costs
from core.bench.served import serving
from core.bench.streams import delays, with_streams
from core.bench.words import CITIES
from core.exchange.selection import Ask

LIST = "/contacts/contact/"
API = "/api/v1/contacts/contact"
SMALL, LARGE = 100_000, 1_000_000
SQLITE, POSTGRESQL = "sqlite", "postgresql"
CPU, WALL, TIMES, MEGABYTES = "ms CPU", "ms wall", "times", "MB"
FILTERS = {"status": "lead", "kind": "company", "city": CITIES[0], "city.op": "=", "team": "1"}
EVERY = Ask()
FILTERED = Ask(
    where=(
        ["status", "=", "lead"],
        ["kind", "=", "company"],
        ["city", "=", CITIES[0]],
        ["team", "=", 1],
    )
)
SUBSTRING = UNIQUE_NAME[4:-4]  # in the middle of a name that nobody else has
BROAD = "Savdo"  # in the names of every tenth or so
TOGGLES = 5
IMPORTED = 10_000  # rows
STREAMS, CHANGES = 60, 40
PAGE, PAGES = 100, 200  # rows of a list page; pages that a server has answered


@dataclass(frozen=True)
class Result:
    """What came out: `value` is what the target speaks of; the cost is that of one call."""

    value: float
    cost: Cost | None = None


Measure = Callable[[Ground], Result]


@dataclass(frozen=True)
class Figure:
    """One figure. Without a target it is reported only."""

    name: str
    target: float | None
    unit: str
    measure: Measure
    rows: int = SMALL
    engine: str = SQLITE


def _address(path: str, words: dict[str, str]) -> str:
    return f"{path}?{urlencode(words)}" if words else path


def _list(words: dict[str, str], ask: Ask = EVERY) -> Measure:
    """The CPU of the first list page of `words`, by somebody who may see all; `ask` is the same
    question, by which its rows are known.
    """

    def measure(ground: Ground) -> Result:
        rows = ground.there_are(ask, PAGE)
        if not rows:
            raise TooFew("No record is in this list.")
        (cost,) = costs(ground.switch, ground.host, ground.page(_address(LIST, words), rows=rows))
        return Result(cost.cpu, cost)

    return measure


def _api(words: dict[str, str], rows: int, unit: str = CPU) -> Measure:
    def measure(ground: Ground) -> Result:
        (cost,) = costs(ground.switch, ground.host, ground.api(_address(API, words), rows))
        return Result(cost.cpu if unit == CPU else cost.wall, cost)

    return measure


def _create(ground: Ground) -> Result:
    """The CPU of making a contact with one telephone."""
    record = {"name": "Bahor Market", "telephones": [{"number": "+998 90 123-45-67"}]}
    with ground.kept_as_it_is():
        (cost,) = costs(ground.switch, ground.host, ground.making(API, record))
    return Result(cost.cpu, cost)


def _form(ground: Ground) -> Result:
    """The CPU of the form of a contact that is there."""
    (cost,) = costs(ground.switch, ground.host, ground.form(f"{LIST}1/edit"))
    return Result(cost.cpu, cost)


def _save(ground: Ground) -> Result:
    """The CPU of saving that form with one change, which the history is told."""
    with ground.kept_as_it_is():
        path = f"{LIST}{ground.make({'name': 'Bahor Market'})}/edit"
        (cost,) = costs(ground.switch, ground.host, ground.saving(path, "city", CITIES[:2]))
    return Result(cost.cpu, cost)


def _paper(ground: Ground) -> Result:
    """The wall of a paper of one page, from a render server that is warm."""
    (cost,) = costs(ground.switch, ground.host, ground.paper(f"{LIST}1/print/sheet.pdf"))
    return Result(cost.wall, cost)


def _live(ground: Ground) -> Result:
    """How soon 19 of 20 streams hear of a change, in milliseconds from before it is made."""
    settings = with_streams(ground.instance.settings, STREAMS)
    with ground.kept_as_it_is(), serving(settings) as served:
        served.first(ground.page(LIST))
        with ground.writing({"name": "Bahor Market"}) as write:
            taken = delays(served, ground.cookies["manager"], STREAMS, CHANGES, write)
    return Result(statistics.quantiles(taken, n=20)[-1])


def _deep(ground: Ground) -> Result:
    """The page in the middle of the list, against the first one."""
    if ground.rows // 2 <= PAGE:
        raise TooFew("There is no whole page in the middle of the list.")
    deep = ground.page(_address(LIST, {"after": ground.cursor(ground.rows // 2)}))
    cost, first = costs(ground.switch, ground.host, deep, ground.page(LIST))
    return Result(cost.cpu / first.cpu, cost)


def _scoped(ground: Ground) -> Result:
    """The page of somebody who sees only their own, against that of the admin."""
    if ground.owned_by("own", PAGE) < PAGE:
        raise TooFew("Pages of another length cannot be compared.")
    own, whole = ground.page(LIST, "own"), ground.page(LIST, "admin")
    cost, every = costs(ground.switch, ground.host, own, whole)
    return Result(cost.cpu / every.cpu, cost)


def _toggle(ground: Ground) -> Result:
    """From switching an addon to the first right answer: off and on, the slower of both."""
    page = ground.page(LIST)
    taken: dict[str, list[float]] = {"off": [], "on": []}
    checked(ground.switch, page, ground.host)
    for _ in range(TOGGLES):
        for way in taken:
            started = time.perf_counter()
            ground.switch_addon(ADDON, way == "on")
            if way == "on":
                checked(ground.switch, page, ground.host)
            else:
                ground.must_be_missing(page)
            taken[way].append((time.perf_counter() - started) * 1000)
    return Result(max(statistics.median(times) for times in taken.values()))


def _start(ground: Ground) -> Result:
    """From the start of the process to the first page, the quickest of three: the others met
    something else that the machine did.
    """
    taken = []
    for _ in range(3):
        with serving(ground.instance.settings) as served:
            taken.append(served.first(ground.page(LIST)) * 1000)
    return Result(min(taken))


def _memory(ground: Ground) -> Result:
    with serving(ground.instance.settings) as served:
        served.first(ground.page(LIST))
        for _ in range(PAGES):
            served.get(ground.page(LIST))
        return Result(served.megabytes())


def _export(format: str) -> Measure:
    """The CPU of taking the whole list out."""

    def measure(ground: Ground) -> Result:
        request = ground.export(f"{LIST}export.{format}")
        (cost,) = costs(ground.switch, ground.host, request)
        return Result(cost.cpu, cost)

    return measure


def _import(ground: Ground) -> Result:
    """The CPU of writing an import of ten thousand rows that were checked."""
    cost, _longest = import_rows(ground, IMPORTED)
    return Result(cost.cpu, cost)


def _import_wait(ground: Ground) -> Result:
    """The longest that another one who writes waits while rows are imported."""
    cost, longest = import_rows(ground, IMPORTED // 4)
    return Result(longest, cost)


def _can(ground: Ground) -> Result:
    """The CPU of deciding about the hundred records of a page."""
    return Result(decided_page(ground))


def _narrowed(ground: Ground) -> Result:
    """The page of somebody whom scopes and a rule narrow, against the same under the system."""
    scoped, whole = scoped_page(ground)
    return Result(scoped.cpu / whole.cpu, scoped)


FEW_FIELDS = {"fields": "id,name,status,city"}
FIGURES = (
    Figure("list_100k", 5, CPU, _list({})),
    Figure("list_100k_filtered", 5, CPU, _list(FILTERS, FILTERED)),
    Figure("api_page", 3, CPU, _api(FEW_FIELDS, 80)),
    Figure("api_page_all", None, CPU, _api({}, 80)),
    Figure("api_create", 4, CPU, _create),
    Figure("form_page", 4, CPU, _form),
    Figure("form_save", 6, CPU, _save),
    Figure("paper_page", 120, WALL, _paper),
    Figure("live_60", 200, WALL, _live),
    Figure("export_100k_csv", 500, CPU, _export("csv")),
    Figure("export_100k_xlsx", 4000, CPU, _export("xlsx")),
    Figure("import_10k", 10_000, CPU, _import),
    Figure("import_wait", 2_000, WALL, _import_wait),
    Figure("can_100", 0.3, CPU, _can),
    Figure("scoped_page", 1.15, TIMES, _scoped),
    Figure("toggle", 300, WALL, _toggle),
    Figure("start", 1000, WALL, _start),
    Figure("memory", 120, MEGABYTES, _memory),
    Figure("list_1m", 6, CPU, _list({}), LARGE),
    Figure("list_1m_filtered", 6, CPU, _list(FILTERS, FILTERED), LARGE),
    Figure("scoped_1m", 1.15, TIMES, _narrowed, LARGE),
    Figure("deep_1m", 1.2, TIMES, _deep, LARGE),
    Figure("api_search_1m", 5, WALL, _api({"search": SUBSTRING}, 1, WALL), LARGE),
    Figure("search_list_1m", None, CPU, _list({"search": SUBSTRING}, Ask(search=SUBSTRING)), LARGE),
    Figure("search_broad_1m", None, CPU, _list({"search": BROAD}, Ask(search=BROAD)), LARGE),
    Figure("list_100k_pg", 5, CPU, _list({}), SMALL, POSTGRESQL),
    Figure("list_100k_filtered_pg", 5, CPU, _list(FILTERS, FILTERED), SMALL, POSTGRESQL),
    Figure("live_60_pg", 100, WALL, _live, SMALL, POSTGRESQL),
    Figure("api_search_100k_pg", 5, WALL, _api({"search": SUBSTRING}, 1, WALL), SMALL, POSTGRESQL),
)
