"""The pages that addons add with `@page`: who may enter, what they show, what a form does."""

import inspect
from collections.abc import Callable
from typing import Any

import peewee
from flask import Flask, abort, g, redirect, render_template, request

from core.access.throttle import count_attempt, is_throttled
from core.errors import NotAllowed
from core.i18n import _
from core.modules.declared import Marked
from core.modules.registry import Registry
from core.modules.served import PageMark
from core.modules.transitions import holds
from core.web.requests import client_network, local_page
from core.web.transactions import in_transaction

PUBLIC_TRIES = 300  # of one address, on all public pages, in a quarter of an hour


def add_pages(app: Flask, registry: Registry) -> None:
    """Serve the pages of the enabled addons."""
    for each in registry.marked_by(PageMark):
        endpoint = f"page {each.name}"
        methods = list(each.mark.methods)
        app.add_url_rule(each.mark.address, endpoint, _served(each), methods=methods)
        if each.mark.is_public:
            app.config["PUBLIC_ENDPOINTS"] |= {endpoint}


def _served(each: Marked[PageMark]) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        _let_in(each.mark)
        if "form" in inspect.signature(each.function).parameters:
            values["form"] = request.form.to_dict()
        if request.method == "POST":
            return in_transaction(lambda: _go_on(_answer(each, values)))
        g.place = each.mark.address
        context = _answer(each, values)
        return render_template(each.mark.template, title=each.mark.title, **context)

    return view


def _let_in(mark: PageMark) -> None:
    if not mark.is_public:
        if not holds(g.actor, mark.access):  # type: ignore[arg-type]  # checked at load
            raise NotAllowed(_("This page is for others: ask whoever manages your access."))
        return
    key = f"public {client_network()}"
    if is_throttled(key, PUBLIC_TRIES):
        abort(429)
    count_attempt(key)


def _answer(each: Marked[PageMark], values: dict[str, Any]) -> Any:
    try:
        return each.function(**values)
    except peewee.DoesNotExist:
        abort(404)


def _go_on(address: Any) -> Any:
    return redirect(local_page(address or request.path), 303)
