"""What attackers send: forms and objects that fit every address, and what must come of them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from peewee import CharField, TextField
from werkzeug.test import TestResponse

from core.data.fields import ChosenField, StateField
from core.data.model import Model
from tests.attacks.addresses import Address, ids_for
from tests.attacks.planting import own_fields
from tests.attacks.reading import told_apart
from tests.attacks.ruling import NARROW, NOBODY, ROLELESS
from tests.attacks.target import NEVER, SESSIONS, Target

TAKEN = "Taken"  # what is written where nothing may be written
REFUSED = range(400, 500)


def taken(model: Any) -> tuple[str, str]:
    """(field, value): something that can be written into any record of a model."""
    fields = own_fields(model)
    free = [
        n
        for n, f in fields.items()
        if isinstance(f, (CharField, TextField)) and not isinstance(f, (StateField, ChosenField))
    ]
    if "name" in fields or free:
        return ("name" if "name" in fields else free[0]), TAKEN
    states = {n: f.states for n, f in fields.items() if isinstance(f, StateField)}
    return next(((name, known[-1]) for name, known in states.items()), ("version", "1"))


def version_of(target: Target, model: type[Model], id: int) -> int:
    return 1 if id == NEVER else int(target.row(model, id)["version"])


def form_for(target: Target, model: Any, ids: list[int]) -> dict[str, Any]:
    """A form that fits every address of a screen; the last of the records is what it is about."""
    version, (name, value) = version_of(target, model, ids[-1]), taken(model)
    listed = [str(id) for id in ids]
    field = model._meta.fields.get(_lane(target, model))
    return {
        "version": str(version),
        name: value,
        "text": TAKEN,
        "id": listed,
        "ids": ",".join(listed),
        "record": f"{ids[-1]}-{version}",
        "day": "2026-05-05",
        "to": field.choices[-1][0] if field is not None and field.choices else "",
        "back": "",
        "asked": "",
        "step": "do",
        "set": name,
        "action": "archive",
        "request": "a" * 8,
        "confirmed": "1",
    }


def _lane(target: Target, model: Any) -> str:
    return next((view.board_by for view in target.views if view.model is model), "")


def object_for(target: Target, model: Any, id: int) -> dict[str, Any]:
    """An object that changes a record by the API."""
    name, value = taken(model)
    return {name: value, "version": version_of(target, model, id)}


def try_on(
    target: Target, kind: str, method: str, address: Address, path: str, ids: list[int]
) -> TestResponse:
    """Send what fits the address, about the last of the records."""
    model = address.model
    if not path.startswith("/api/"):
        form = form_for(target, model, ids) if model is not None else {}
        return target.send(kind, method, path, data=form)
    if method == "DELETE" or address.does == "api_buttons.press_button" or model is None:
        return target.send(kind, method, path)
    if address.does == "api.change_all":
        body: Any = [{"id": id, **object_for(target, model, id)} for id in ids]
    else:
        body = object_for(target, model, ids[-1])
    return target.send(kind, method, path, json=body)


def refused(target: Target, address: Address, method: str) -> Iterator[str]:
    """Where a deed upon a record out of reach is done, or told apart from one upon no record."""
    found: list[str] = []
    yield from unchanged(
        target,
        f"{method} {address.rule} upon a foreign {address.model.__name__}",
        lambda: found.extend(_tried(target, address, method)),
    )
    yield from found


def _tried(target: Target, address: Address, method: str) -> Iterator[str]:
    for kind in (NARROW, ROLELESS, NOBODY):
        nevers = [
            try_on(target, kind, method, address, path, [NEVER]) for path in address.at(NEVER)
        ]
        for id in ids_for(address, "foreign", 1):
            for path, never in zip(address.at(id), nevers, strict=True):
                answer = try_on(target, kind, method, address, path, [id])
                yield from told_apart(target, kind, address, (answer, never), id)


def all_or_none(target: Target, address: Address, method: str) -> Iterator[str]:
    """Where one foreign record among own ones does not keep all of them as they are."""
    ids = [*ids_for(address, "own", 2), ids_for(address, "foreign", 1)[0]]
    for path in address.at(1):
        statuses: list[int] = []
        send = partial(try_on, target, NARROW, method, address, path, ids)
        name = f"{method} {path} with a foreign record among own ones"
        yield from unchanged(target, name, lambda: statuses.append(send().status_code))  # noqa: B023
        if statuses[0] not in REFUSED:
            yield f"{name} answers {statuses[0]}"


def unchanged(
    target: Target, name: str, work: Callable[[], Any], beside: frozenset[str] = SESSIONS
) -> Iterator[str]:
    """A sentence where the work changes any table but those `beside`."""
    if changed := target.changed_by(work, beside):
        yield f"{name} changes {', '.join(changed)}"
