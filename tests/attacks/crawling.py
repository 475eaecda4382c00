"""Every answer that a reader gets by GET: asked once for each reader, judged by many lines."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from peewee import ForeignKeyField

from tests.attacks.addresses import Address, addresses, endpoint_values, ids_for
from tests.attacks.answers import said
from tests.attacks.ruling import BLIND, NARROW
from tests.attacks.target import Target

PAGES = ("text/html", "application/json", "application/problem+json")
PAPER = "application/pdf"
MONTH = "2026-05"  # in which the planted days lie
WHOLE = ("details_view", "edit_view", "api.record")  # with each record; the others with one


class Seen(NamedTuple):
    """One answer: its text is all that it says, whatever its format."""

    path: str
    status: int
    mimetype: str
    headers: Any
    text: str

    @property
    def is_page(self) -> bool:
        return self.mimetype in PAGES


def crawl(target: Target, kind: str) -> list[Seen]:
    """What the reader gets at every address with their own records in its places."""
    if kind not in target.crawled:
        asked = paths(target, is_whole=kind in (NARROW, BLIND))
        target.crawled[kind] = [seen(target, kind, path) for path in asked]
    found: list[Seen] = target.crawled[kind]
    return found


def seen(target: Target, kind: str, path: str, **options: Any) -> Seen:
    answer = target.get(kind, path, **options)
    return Seen(path, answer.status_code, answer.mimetype, answer.headers, said(answer))


def paths(target: Target, is_whole: bool = False) -> Iterator[str]:
    """Every address of a GET route, and the ways in which lists are shown; if not `is_whole` each
    route once and no more.
    """
    for address in addresses(target):
        found = paths_of(address)
        yield from found if is_whole else [*found][:1]
    if not is_whole:
        return
    for view in target.views:
        for query in list_queries(target, view):
            yield f"{view.list_url}?{urlencode(query)}"
        yield f"{view.list_url}new?like={target.ids(view.model, 'own')[1]}"
    for path in target.models:
        yield f"/api/v1/{path}?limit=500&archived=1&count=1"


def paths_of(address: Address) -> Iterator[str]:
    if not address.of_record:
        for values in endpoint_values(address.target, address.rule, "foreign"):
            query = f"?{urlencode(values)}" if values else ""
            yield from (f"{path}{query}" for path in address.at(1))
        return
    places = ids_for(address, "own")
    for id in places if address.does in WHOLE else places[1:2] or places:
        yield from address.at(id)


def list_queries(target: Target, view: Any) -> Iterator[dict[str, str]]:
    """What addresses of a list ask for: each way to show it, each group, the archive."""
    yield {"archive": "1"}
    yield {"columns": ",".join(target.registry.fields(view.model))}
    yield {"view": "board"}
    yield {"view": "calendar", "month": MONTH}
    for name, field in target.registry.fields(view.model).items():
        if isinstance(field, ForeignKeyField):
            yield {"group": name}
            yield {name: "1"}


def texts_of_api(target: Target, kind: str) -> Iterator[Seen]:
    """Each model by the API, field by field: what is asked for alone is given alone."""
    for path, model in target.models.items():
        for name in target.registry.fields(model):
            yield seen(target, kind, f"/api/v1/{path}?fields={name}&limit=500&archived=1")
