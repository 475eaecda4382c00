"""Attacks on what is closed: buttons, methods, batches, fields; and what refusals say."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from peewee import CharField, ForeignKeyField, TextField

from core.access.policy import part_of
from core.modules.buttons import ButtonMark
from tests.attacks.addresses import UNSAFE, addresses, endpoint_values, ids_for
from tests.attacks.planting import own_fields
from tests.attacks.reading import is_refusal
from tests.attacks.ruling import ADMIN, NARROW, PLAIN, ROLELESS, TIED
from tests.attacks.sending import REFUSED, refused, try_on, unchanged
from tests.attacks.target import Target
from tests.attacks.writing import BUTTONS, LISTS

METHODS = ("POST", "DELETE", "TRACE")  # which are tried where a route does not declare them
NO_BUTTONS = ("archive", "delete_instance", "save", "__init__", "set_state", "select", "change")
# What Flask-Admin offers and Karvon does not, and what no record has.
NOT_DECLARED = (
    *("new/", "edit/?id=1", "delete/", "action/", "details/?id=1", "ajax/update/"),
    *("ajax/lookup/?name=owner&query=a", "export/csv/", "export/json/", "1/delete", "1/merge"),
    *("1/share", "1/_delete_instance", "1/save", "1/delete_instance"),
)


def line_13(target: Target) -> Iterator[str]:
    """Buttons of foreign records, of other roles and states, and what nobody declared."""
    for method in UNSAFE:
        for address in addresses(target, method):
            if address.does in BUTTONS:
                yield from refused(target, address, method)
    yield from _buttons(target)
    yield from _undeclared(target)
    yield from _pages_of_roles(target)


def _buttons(target: Target) -> Iterator[str]:
    marks = {view.model: view for view in target.views}
    for each in target.registry.marked_by(ButtonMark):
        mark, name = each.mark, each.function.__name__
        for id in target.ids(mark.model, "own") if mark.model in marks else ():
            is_now = target.row(mark.model, id).get(mark.field) in mark.states
            if mark.states and not is_now:
                yield from _pressed(target, TIED, mark.model, id, name, "in the wrong state")
            if mark.role is not None:
                yield from _pressed(target, PLAIN, mark.model, id, name, "without its role")
            yield from _pressed(target, ROLELESS, mark.model, id, name, "without any role", 404)
    for model in marks:
        for name in NO_BUTTONS:
            id = target.ids(model, "own")[0]
            yield from _pressed(target, ADMIN, model, id, name, "which nobody declared", 404)


def _pressed(
    target: Target, kind: str, model: Any, id: int, name: str, how: str, status: int = 403
) -> Iterator[str]:
    path = next(path for path, each in target.models.items() if each is model)
    urls = (f"/{path}/{id}/buttons/{name}", f"/api/v1/{path}/{id}/{name}")
    for url, wanted in zip(urls, (403 if kind == ROLELESS else status, status), strict=True):
        answers: list[int] = []
        press = partial(target.send, kind, "POST", url, **({} if "/api/" in url else {"data": {}}))
        work = lambda: answers.append(press().status_code)  # noqa: E731, B023 - called at once
        yield from unchanged(target, f"{url} {how}", work)
        if answers[0] != wanted:
            yield f"{url} is pressed {how}: {answers[0]}"


def _undeclared(target: Target) -> Iterator[str]:
    """Methods that a route does not declare, and addresses that no screen has: not even for an
    admin.
    """
    known = {method: _paths(target, method) for method in ("GET", *UNSAFE)}
    for path in sorted({path for paths in known.values() for path in paths}):
        for method in METHODS:
            if path not in known.get(method, ()):
                yield from _not_there(target, method, path)
    for view in target.views:
        for rest in NOT_DECLARED:
            for method in ("GET", "POST"):
                yield from _not_there(target, method, f"{view.list_url}{rest}")


def _not_there(target: Target, method: str, path: str) -> Iterator[str]:
    answer = target.send(ADMIN, method, path, headers=_token(target, ADMIN))
    if not is_refusal(answer):
        yield f"{method} {path} answers an admin {answer.status_code}"


def _paths(target: Target, method: str) -> set[str]:
    """One address of each route."""
    return {path for each in addresses(target, method) for path in [*each.at(1)][:1]}


def _token(target: Target, kind: str) -> dict[str, str]:
    return {"X-CSRFToken": target.site.browser(kind).csrf_token()}


def _pages_of_roles(target: Target) -> Iterator[str]:
    """Pages and endpoints of an addon, for somebody who holds no role of it."""
    app = target.site.app
    public = app.config["PUBLIC_ENDPOINTS"]
    for method in ("GET", "POST"):
        for address in addresses(target, method):
            if address.does.startswith(("page ", "endpoints.")) and address.does not in public:
                for path in address.at(1):
                    sent = {"json": {}} if path.startswith("/api/") else {"data": {"id": "1"}}
                    answer = target.send(PLAIN, method, path, **(sent if method == "POST" else {}))
                    if answer.status_code != 403:
                        yield f"{method} {path} answers {answer.status_code} without its role"


def line_14(target: Target) -> Iterator[str]:
    """Batches of which only the last record is foreign, or refers to a foreign one."""
    for method in UNSAFE:
        for address in addresses(target, method):
            if address.does in LISTS:
                own = [*ids_for(address, "own", 2)]
                yield from _batch(target, address, method, [*own, ids_for(address, "foreign")[0]])
            elif address.does.startswith("endpoints."):
                yield from _list_of_addon(target, address, method)
    for path, model in target.models.items():
        if not part_of(model):
            yield from _made_at_once(target, path, model)


def _batch(target: Target, address: Any, method: str, ids: list[int]) -> Iterator[str]:
    for path in address.at(1):
        answers: list[Any] = []
        send = partial(try_on, target, NARROW, method, address, path, ids)
        yield from unchanged(target, f"{method} {path}", lambda: answers.append(send()))  # noqa: B023
        if answers[0].status_code not in REFUSED:
            yield f"{method} {path} takes own records with a foreign one: {answers[0].status_code}"


def _list_of_addon(target: Target, address: Any, method: str) -> Iterator[str]:
    for values in endpoint_values(target, address.rule, "foreign"):
        if any(isinstance(value, list) for value in values.values()):
            send = partial(target.send, NARROW, method, address.rule, json=values)
            yield from unchanged(target, f"{method} {address.rule} with {values}", send)


def _made_at_once(target: Target, path: str, model: Any) -> Iterator[str]:
    """New records of which the last refers to a foreign one: nothing is wrong with the others."""
    fields = target.registry.open_fields(model)
    keys = [name for name, field in fields.items() if isinstance(field, ForeignKeyField)]
    for name in keys:
        good = whole_object(target, model)
        bad = {
            **whole_object(target, model),
            name: target.ids(fields[name].rel_model, "foreign")[0],
        }
        answers: list[Any] = []
        send = partial(target.send, NARROW, "POST", f"/api/v1/{path}", json=[good, bad])
        work = lambda: answers.append(send())  # noqa: E731, B023 - called at once
        yield from unchanged(target, f"POST /api/v1/{path} with a foreign {name}", work)
        if answers[0].status_code not in REFUSED:
            yield f"POST /api/v1/{path} takes a foreign {name}: {answers[0].status_code}"


def whole_object(target: Target, model: Any) -> dict[str, Any]:
    """What a program sends for a new record that refers to own ones."""
    made: dict[str, Any] = {}
    for name, field in own_fields(model).items():
        if field.null or field.default is not None:
            continue
        if isinstance(field, ForeignKeyField):
            made[name] = target.ids(field.rel_model, "own")[0]
        else:
            is_text = isinstance(field, (CharField, TextField))
            made[name] = target.words.new() if is_text else "1"
    return made
