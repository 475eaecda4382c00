"""Attacks by what is written: scripts, templates, SQL, formulas, in whatever takes a text."""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import openpyxl

from core.data.actor import acting_as, system
from core.data.database import db
from core.data.richtext import RichTextField
from core.modules.served import EndpointMark, kinds_of
from tests.attacks.addresses import addresses
from tests.attacks.answers import said
from tests.attacks.crawling import list_queries
from tests.attacks.planting import Planter, Words
from tests.attacks.ruling import ADMIN
from tests.attacks.sending import unchanged, version_of
from tests.attacks.target import Target

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
LIVE = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>|=\"javascript:|>49<")
RICH = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1) style='position:fixed;inset:0'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
)
RUNS = re.compile(r"<script|<img|<svg|<iframe|<[^>]*\son\w+\s*=|<[^>]*javascript:", re.IGNORECASE)
UNSTRIPPED = re.compile(r"<script>alert|<img src=x|<svg onload|<iframe|<p[^>]*onclick")
TEMPLATES = (
    "{{ record.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ cycler.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{{ ''.join(record) }}",
)
METHODS = (
    "{{ record.delete_instance() }}",
    "{{ record.select() }}",
    "{{ record['password_hash'] }}",
)
# Names that no data has.
UNDEFINED = ("{{ config }}", "{{ record.password_hash }}", "{{ record.pop }}")
BOMBS = (
    "{% for x in range(9**9) %}{% for y in range(9**9) %}{% endfor %}{% endfor %}",
    "{{ 9 ** (9 ** 9) }}",
)
SIGNS = ("'", '"', "';--", "' OR 1=1 --", "\0", "%", "\\", "1); DROP TABLE core_user;--", "9" * 60)
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|" /C calc"!A0')
INSIDES = re.compile(r"SELECT|syntax error|peewee|sqlite3")


class Poisons(Words):
    """Hands out the same attack in place of words, a little different each time."""

    def __init__(self, *texts: str) -> None:
        super().__init__()
        self.texts = texts

    def new(self, longest: int = 255) -> str:
        number = next(self.numbers)
        text = self.texts[number % len(self.texts)]
        return f"{text[: longest - len(str(number))]}{number}"


def poisoned(target: Target, *texts: str) -> dict[Any, int]:
    """{model: the id of a record} whose every text is an attack."""
    planter = Planter(Poisons(*texts))
    with acting_as(target.actor(ADMIN)), system("a test poisons every model"):
        return {model: planter.plant(model, "foreign", 0) for model in target.registry.models}


def line_25(target: Target, made: dict[Any, int]) -> Iterator[str]:
    """Script in every text of every model, on every page that shows it."""
    shown = 0
    for path in _pages_with(target, made):
        for headers in ({}, {"HX-Request": "true"}):
            answer = target.get(ADMIN, path, headers=headers)
            if answer.mimetype == "text/html":
                shown += "&lt;script&gt;" in answer.text
                if found := LIVE.search(answer.text):
                    yield f"{path} runs {found[0]}"
            elif path.startswith("/api/") and "json" not in answer.mimetype:
                yield f"{path} is read as {answer.mimetype}"
            if answer.headers["X-Content-Type-Options"] != "nosniff":
                yield f"{path} lets a browser guess what it is"
    if shown < len(target.views):
        yield f"only {shown} pages show what was written"


def _pages_with(target: Target, made: dict[Any, int]) -> Iterator[str]:
    for view in target.views:
        url, id = view.list_url, made[view.model]
        yield from (f"{url}{id}", f"{url}{id}/edit", f"{url}{id}/history", f"{url}new?like={id}")
        yield from (f"{url}?sort=-id", f"{url}choices?search=script", f"{url}?search={SCRIPT}")
        yield from (f"{url}?{urlencode(query)}" for query in list_queries(target, view))
        yield from (f"{url}?{name}={SCRIPT}" for name in (*view.column_filters, "sort", "group"))
    yield from (f"/{SCRIPT}", f"/login?next={SCRIPT}")
    for path in target.models:
        yield f"/api/v1/{path}?sort=-id"
    for address in addresses(target):
        if address.model is None:
            yield from address.at(1)


def line_25_toasts(target: Target, made: dict[Any, int]) -> Iterator[str]:
    """What is said after a deed names the record as text."""
    for view in target.views:
        answer = target.send(ADMIN, "POST", f"{view.list_url}{made[view.model]}/archive", data={})
        page = target.get(ADMIN, answer.headers.get("Location", view.list_url))
        if found := LIVE.search(page.text):
            yield f"the toast of {view.list_url} runs {found[0]}"


def line_26(target: Target) -> Iterator[str]:
    """Formatted texts, by forms, by programs, and written past the program."""
    for view in target.views:
        for name, field in target.registry.fields(view.model).items():
            if isinstance(field, RichTextField):
                for attack in RICH:
                    yield from _stripped(target, view, name, attack)


def _stripped(target: Target, view: Any, name: str, attack: str) -> Iterator[str]:
    id, table = target.ids(view.model, "own")[0], view.model._meta.table_name
    form = {"version": str(version_of(target, view.model, id)), name: f"<p>a {attack}</p>"}
    by_form = target.send(ADMIN, "POST", f"{view.list_url}{id}/edit", data=form)
    kept = str(target.row(view.model, id)[name])
    body = {"version": version_of(target, view.model, id), name: f"<p>b {attack}</p>"}
    by_program = target.send(ADMIN, "PATCH", f"/api/v1{view.list_url}{id}", json=body)
    kept += str(target.row(view.model, id)[name])
    if by_form.status_code != 303 or by_program.status_code != 200:
        yield f"{view.list_url}{id} takes no formatted text: {by_form.status_code}"
    if RUNS.search(kept):
        yield f"{name} of {view.list_url} keeps {attack}"
    column = view.model._meta.fields[name].column_name
    sql = f'UPDATE "{table}" SET "{column}" = {db.param} WHERE id = {db.param}'
    db.execute_sql(sql, [f"<p>c {attack}</p>", id])
    for path in (f"{view.list_url}{id}", f"{view.list_url}{id}/edit", view.list_url):
        if UNSTRIPPED.search(target.get(ADMIN, path).text):
            yield f"{path} shows {attack} as it is"


def templates_refused(target: Target, texts: tuple[str, ...]) -> Iterator[str]:
    """Every field of every screen that is filled as a template takes placeholders alone."""
    for text in texts:
        for place in ("text", "subject"):
            form = {"name": "Qoida", "records": "contacts.contact", "event": "created"}
            line = {"kind": "mail", "to": "author", "subject": "x", "text": "x", place: text}
            form |= {"actions-lines": "1", **{f"actions-0-{n}": v for n, v in line.items()}}
            send = partial(target.send, ADMIN, "POST", "/studio/rule/new", data=form)
            statuses: list[int] = []
            work = partial(_add_status, statuses, send)
            yield from unchanged(target, f"the template {text}", work)
            if statuses != [422]:
                yield f"the template {text} as the {place} of a rule gets {statuses}"


def _add_status(statuses: list[int], send: Any) -> None:
    statuses.append(send().status_code)


def line_30(target: Target) -> Iterator[str]:
    """Signs of SQL in whatever a list, a program or a page of an addon is asked by."""
    for path in _asked_with_signs(target):
        answer = target.get(ADMIN, path)
        if answer.status_code not in (200, 400, 403, 404, 422):
            yield f"{path} answers {answer.status_code}"
        if answer.status_code >= 400 and re.search(
            r"SELECT|syntax error|peewee|sqlite3", said(answer)
        ):
            yield f"{path} tells of the database"


def _asked_with_signs(target: Target) -> Iterator[str]:
    for sign in SIGNS:
        for view in target.views:
            names = ("sort", "group", "columns", "search", "after", "at", "view", "day", "ids")
            for name in (*names, *view.column_filters[:2], f"{view.model.id.name}.op"):
                yield f"{view.list_url}?{urlencode({name: sign})}"
            yield f"{view.list_url}?{urlencode({'view': 'calendar', 'month': sign})}"
            yield f"{view.list_url}choices?{urlencode({'search': sign})}"
        for path in target.models:
            for query in (
                {"filter": f'["{sign}","=","1"]'},
                {"filter": f'["id","{sign}","1"]'},
                {"filter": f'["id","=","{sign}"]'},
                {"sort": sign},
                {"fields": sign},
            ):
                yield f"/api/v1/{path}?{urlencode(query)}"
        yield from _addon_words(target, sign)


def _addon_words(target: Target, sign: str) -> Iterator[str]:
    """Addresses of addons that take words."""
    quoted = urlencode({"a": sign})[2:]
    for address in addresses(target):
        if address.does.startswith("page ") and "<" in address.rule and "<int:" not in address.rule:
            yield re.sub(r"<\w+>", quoted, address.rule)
    for each in target.registry.marked_by(EndpointMark):
        rule = f"/api/v1/{each.name.split('.')[0]}/{each.mark.name}"
        if "GET" in each.mark.methods and target.is_within(rule):
            yield f"{rule}?{urlencode(dict.fromkeys(texts_taken(each), sign))}"


def texts_taken(each: Any) -> list[str]:
    """The words that an endpoint takes."""
    return [name for name, kind in kinds_of(each.function).items() if kind is str]


def line_31(target: Target) -> Iterator[str]:
    """Cells that begin as formulas do, in the files of every screen."""
    cells = 0
    for view in target.views:
        answer = target.get(ADMIN, f"{view.list_url}export.csv?sort=-id")
        if answer.status_code != 200:
            continue
        text = answer.get_data().decode("utf-8-sig")
        for cell in (cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row):
            cells += cell.startswith("'")
            if cell.startswith(("=", "+", "@", "\t", "\r")) or re.match(r"-\D|-\d+[^\d.]", cell):
                yield f"{view.list_url}export.csv holds {cell!r}"
        book = target.get(ADMIN, f"{view.list_url}export.xlsx?sort=-id").get_data()
        sheet = openpyxl.load_workbook(io.BytesIO(book)).active
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "f":
                yield f"{view.list_url}export.xlsx computes {cell.value!r}"
    if cells < len(target.views):
        yield f"only {cells} cells were made texts"
