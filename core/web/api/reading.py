"""The API at /api/v1: what other programs may read, decided as on the pages."""

import json
from typing import Any

from flask import Response, abort, g, request

from core.access.decisions import can
from core.errors import UserError
from core.exchange.records import Records
from core.exchange.selection import Ask, Selection
from core.i18n import _
from core.modules.registry import current_registry
from core.web.api.entrance import answered, api, check_parameters, for_token, model_at

LIMIT, MOST = 80, 500
KNOWN = {"fields", "search", "filter", "sort", "limit", "after", "count", "archived"}


@api.get("/")
@for_token
def models() -> Response:
    """The models that the caller may read, with their addresses."""
    known = current_registry().by_name
    items = [
        {"name": name, "url": f"{api.url_prefix}/{name.replace('.', '/')}"}
        for name in sorted(known)
        if can(g.actor, "r", known[name])
    ]
    return answered({"items": items})


@api.get("/<addon>/<name>")
@for_token
def records(addon: str, name: str) -> Response:
    """A page of records: {"items", "next"}, with "total" when it is asked for."""
    model = model_at(addon, name)
    check_parameters(KNOWN)
    selection = Selection(model, _ask())
    shape = Records(selection, _names(request.args.get("fields", "")))
    page = selection.page(*shape.columns)
    body: dict[str, Any] = {"items": shape.items(page.rows), "next": page.next}
    if _is_on("count"):
        body["total"], capped = selection.count()
        body |= {"total_capped": True} if capped else {}
    return answered(body)


@api.get("/<addon>/<name>/<int:id>")
@for_token
def record(addon: str, name: str, id: int) -> Response:
    """One record: whole and with its lines, or the fields that are wanted; 404 also for one out
    of reach.
    """
    model = model_at(addon, name)
    check_parameters({"fields"})
    names = _names(request.args.get("fields", ""))
    if abs(id) >= 2**31:
        abort(404)
    selection = Selection(model, Ask(where=(["id", "=", id],), limit=1, archived=True))
    shape = Records(selection, names, with_lines=not names)
    items = shape.items(selection.page(*shape.columns).rows)
    return answered(items[0]) if items else abort(404)


def _ask() -> Ask:
    args = request.args
    return Ask(
        search=args.get("search", ""),
        where=_filter(args.get("filter", "")),
        sort=args.get("sort", ""),
        limit=_limit(args.get("limit", "")),
        after=args.get("after", ""),
        archived=_is_on("archived"),
    )


def _filter(text: str) -> tuple[Any, ...]:
    """One filter ["city", "=", "x"], one group ["or", …], or a list of them."""
    if not text:
        return ()
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(_("“filter” is not JSON: %(reason)s.", reason=error)) from error
    if not isinstance(given, list):
        raise UserError(_("“filter” must be a JSON list such as [“city”, “=”, “Tashkent”]."))
    return (given,) if given and isinstance(given[0], str) else tuple(given)


def _is_on(name: str) -> bool:
    given = request.args.get(name, "")
    if given not in ("", "0", "1"):
        raise UserError(_("“%(name)s” must be 1 or 0.", name=name))
    return given == "1"


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 3 or not 1 <= int(text) <= MOST:
        raise UserError(_("“limit” must be a number from 1 to %(most)s.", most=MOST))
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
