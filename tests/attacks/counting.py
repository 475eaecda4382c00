"""Attacks that ask: by filters, orders, groups, searches and counts for what is hidden."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from core.access.policy import part_of
from tests.attacks.addresses import addresses
from tests.attacks.answers import masked
from tests.attacks.crawling import MONTH, list_queries, paths_of, seen
from tests.attacks.reading import AWAY
from tests.attacks.ruling import BLIND, NARROW, TIED
from tests.attacks.target import Target

LISTS = ("", "export.csv", "export.xlsx", "print.pdf")  # what is asked by the address of a list
UNFIT = (400, 403, 404)


def line_08(target: Target) -> Iterator[str]:
    """Hidden fields in every question; hidden rows in every count and search."""
    yield from _asked_by_programs(target)
    yield from _asked_on_pages(target)
    yield from _searched(target)


def _asked_by_programs(target: Target) -> Iterator[str]:
    for path, model in target.models.items():
        if part_of(model):
            continue
        for name in target.hidden(model):
            for query in questions(target, model, name):
                address = f"/api/v1/{path}?{urlencode(query)}"
                status = target.get(BLIND, address).status_code
                if status != 400:
                    yield f"{address} answers {status} to whom {name} is hidden"
    if not any(target.get(TIED, f"/api/v1/{path}?count=1").json["total"] for path in target.models):
        yield "the API counts no records at all"


def questions(target: Target, model: Any, name: str) -> Iterator[dict[str, str]]:
    """What a program may ask of a field, or of the lines of that name."""
    part = target.registry.parts(model).get(name)
    if part is not None:
        for column in target.registry.open_fields(part):
            yield {"filter": json.dumps([f"{name}.{column}", "=", "1"])}
        yield {"fields": name}
        return
    for asked in ([name, "empty", False], [name, "=", "1"], ["or", [name, "=", 1], ["id", ">", 0]]):
        yield {"filter": json.dumps(asked), "count": "1"}
    yield {"sort": name}
    yield {"sort": f"-{name}"}
    yield {"fields": f"id,{name}"}


def _asked_on_pages(target: Target) -> Iterator[str]:
    for view in target.views:
        hidden = [n for n in target.hidden(view.model) if n in view.model._meta.fields]
        for name in hidden:
            asked = [{"sort": name}, {"group": name}]
            asked += [{name: "1"}] if name in view.column_filters else []
            for query in asked:
                yield from _refused(target, view, urlencode(query), name)
        for name, way in ((view.board_by, "board"), (view.calendar_by, "calendar")):
            if name in hidden:
                address = f"{view.list_url}?view={way}&month={MONTH}"
                if (status := target.get(BLIND, address).status_code) != 404:
                    yield f"{address} answers {status}, though it goes by {name}, which is hidden"


def _refused(target: Target, view: Any, query: str, name: str) -> Iterator[str]:
    """The question by the list, its files, a saved filter, and what is done with all it shows."""
    own = target.ids(view.model, "own")[0]
    answers = {
        f"{rest}?{query}": target.get(BLIND, f"{view.list_url}{rest}?{query}") for rest in LISTS
    }
    forms = {
        "saved": {"title": "Sirli", "asked": query},
        "bulk": {"which": "all", "asked": query},
        "take-out": {"id": str(own), "format": "csv", "asked": query},
    }
    for rest, form in forms.items():
        answers[rest] = target.send(BLIND, "POST", f"{view.list_url}{rest}", data=form)
    for rest, answer in answers.items():
        if answer.status_code not in UNFIT:
            yield f"{view.list_url}{rest} answers {answer.status_code} to whom {name} is hidden"


def _searched(target: Target) -> Iterator[str]:
    """Words that stand in hidden fields and rows alone find nothing."""
    paths = {model: path for path, model in target.models.items()}
    for word, spot in target.words.spots.items():
        parent = part_of(spot.model)
        model = spot.model._meta.fields[parent].rel_model if parent else spot.model
        kinds = [kind for kind in (NARROW, BLIND) if not target.may_see(kind, word)]
        for kind in kinds if model in paths and getattr(model._meta, "search", None) else ():
            found = target.get(kind, f"/api/v1/{paths[model]}?search={word}&count=1&archived=1")
            if found.status_code == 200 and (found.json["items"] or found.json["total"]):
                yield f"a search for what {spot} holds finds {found.json['total']} for {kind}"


def line_08_counts(target: Target) -> Iterator[str]:
    """Whatever a page shows, it shows the same when there are more records out of reach. The clock
    must stand still.
    """
    asked = list(_counting_paths(target))
    before = [seen(target, NARROW, path) for path in asked]
    target.grow()
    for path, was in zip(asked, before, strict=True):
        if masked(seen(target, NARROW, path).text) != masked(was.text):
            yield f"{path} counts records out of reach"


def _counting_paths(target: Target) -> Iterator[str]:
    """Lists in every way, and whatever else names no record or is searched by a word."""
    for address in addresses(target):
        # One tells how far the history is, and no more of it; one names all colleagues.
        if address.does == "live" or address.rule == AWAY:
            continue
        if not address.of_record or address.does in ("details_view", "count_saved_view"):
            yield from paths_of(address)
    for view in target.views:
        yield from (f"{view.list_url}?{urlencode(query)}" for query in list_queries(target, view))
        yield f"{view.list_url}?search=K0"
    for path in target.models:
        yield f"/api/v1/{path}?count=1"
