"""The API at /api/v1: what other programs may write, decided as on the pages."""

from collections.abc import Callable, Sequence
from typing import Any

import peewee
from flask import abort, g, request
from werkzeug.wrappers import Response

from core.access.decisions import can
from core.access.lines import part_of
from core.data.model import Model
from core.errors import Conflict, NotAllowed, UserError
from core.exchange.drafts import Draft
from core.exchange.idempotency import LONGEST_KEY, claim, digest_of
from core.exchange.objects import LARGEST_ID, Objects, Standing
from core.exchange.records import whole
from core.exchange.saving import create_all, put_away, update
from core.exchange.shapes import Shape, shape_of
from core.i18n import _
from core.web.api.entrance import (
    answered,
    api,
    check_parameters,
    for_token,
    model_at,
    sent_json,
)
from core.web.api.problems import stale, unfit
from core.web.errors import TEXTS, problem
from core.web.forms.tabs import names_for_programs
from core.web.transactions import in_transaction

MOST = 500  # objects in one request
Sent = dict[str, Any]


@api.post("/<addon>/<name>")
@for_token
def create(addon: str, name: str) -> Response:
    """Make one record, or a list of them: all or none. Answers what was made, whole."""
    model = _written_at(addon, name)
    shape = shape_to_write(model, "c")
    body = sent_json()
    sent = _objects(body)
    return in_transaction(lambda: once(lambda: _create(shape, sent, isinstance(body, list))))


@api.patch("/<addon>/<name>")
@for_token
def change_all(addon: str, name: str) -> Response:
    """Change the records of a list of {"id", "version", …}: all or none."""
    model = _written_at(addon, name)
    shape = shape_to_write(model, "u")
    body = sent_json()
    if not isinstance(body, list):
        raise UserError(_("Send a list of objects here, each with “id” and “version”."))
    sent = _objects(body)
    ids = [id for each in sent if type(id := each.get("id")) is int]
    if len(set(ids)) < len(sent):
        raise UserError(_("Each object needs its own “id”."))
    return in_transaction(lambda: _change(shape, ids, sent, True))


@api.patch("/<addon>/<name>/<int:id>")
@for_token
def change(addon: str, name: str, id: int) -> Response:
    """Change what the object names of one record, which must stand in the `version` that it tells.
    Answers the record, whole.
    """
    model = _written_at(addon, name)
    shape = shape_to_write(model, "u")
    body = sent_json()
    if not isinstance(body, dict):
        raise UserError(_("Send one object."))
    return in_transaction(lambda: _change(shape, [id], [body], False))


@api.delete("/<addon>/<name>/<int:id>")
@for_token
def remove(addon: str, name: str, id: int) -> Response:
    """Archive a record; delete a draft."""
    model = _written_at(addon, name)
    return in_transaction(lambda: _remove(model, id))


def shape_to_write(model: type[Model], action: str) -> Shape:
    """What the caller may write. A screen that offers no form for it, or one with fewer fields,
    narrows the API too.
    """
    view = g.views.get(model)
    if view is None:
        return shape_of(model, action)
    if not (view.can_create if action == "c" else view.can_edit):
        raise NotAllowed(_("Such records cannot be written here."))
    return shape_of(model, action, names_for_programs(view))


def once(work: Callable[[], Response]) -> Response:
    """What `work` answers; under an Idempotency-Key that was used before, what it answered then."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not (key and len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise UserError(
            _("An Idempotency-Key has 1 to %(most)s printable signs of ASCII.", most=LONGEST_KEY)
        )
    mine = claim(g.actor.id, key, digest_of(request.method, request.path, request.get_data()))
    if mine.kept is None:
        answer = work()
        mine.keep(answer.status_code, answer.get_data(as_text=True))
        return answer
    if not mine.is_same:
        said = _("This Idempotency-Key was used for another request: take a new one.")
        return problem(422, str(TEXTS[422][0]), str(said))
    status, body = mine.kept
    return Response(body, status, mimetype="application/json")


def _written_at(addon: str, name: str) -> type[Model]:
    """The model at the address; 404, and 405 for lines, which have no address to write at."""
    model = model_at(addon, name)
    check_parameters(set())
    if part_of(model):
        said = _("Lines are written with the record that they belong to.")
        answer = problem(405, str(TEXTS[405][0]), str(said))
        answer.headers["Allow"] = "GET"
        abort(answer)
    return model


def _objects(body: Any) -> list[Sent]:
    """The objects that a body holds, one or a list."""
    sent = body if isinstance(body, list) else [body]
    if not sent or len(sent) > MOST or not all(isinstance(each, dict) for each in sent):
        raise UserError(_("Send an object, or a list of 1 to %(most)s objects.", most=MOST))
    return sent


def _create(shape: Shape, sent: Sequence[Sent], is_list: bool) -> Response:
    reader = Objects(shape, sent)
    drafts = [reader.draft(each) for each in sent]
    ids = None if _is_wrong(drafts) else _kept(lambda: create_all(shape, drafts))
    if ids is None:
        return unfit(drafts, is_list, reader.is_astray)
    return _whole(shape.model, ids, is_list, 201)


def _change(shape: Shape, ids: Sequence[int], sent: Sequence[Sent], is_list: bool) -> Response:
    records = [_to_change(shape.model, id) for id in ids]
    reader = Objects(shape, sent)
    known = {"version", "id"} if is_list else {"version"}
    drafts = [
        reader.draft(each, Standing.of(shape, record, each), known)
        for record, each in zip(records, sent, strict=True)
    ]
    for draft, each in zip(drafts, sent, strict=True):
        if type(each.get("version")) is not int:
            draft.errors["version"] = str(_("Send the “version” that you have read."))
            reader.is_astray = True
    if _is_wrong(drafts):
        return unfit(drafts, is_list, reader.is_astray)
    for record, each in zip(records, sent, strict=True):
        if record.version != each["version"]:
            return stale(whole(shape.model, [record.id]).get(record.id), each)
    for record, draft in zip(records, drafts, strict=True):
        _kept(lambda: update(shape, draft, record, record.version))  # noqa: B023 - called at once
    if _is_wrong(drafts):
        return unfit(drafts, is_list, False)
    return _whole(shape.model, list(ids), is_list, 200)


def _remove(model: type[Model], id: int) -> Response:
    record = _to_change(model, id)
    if record.is_draft and not can(g.actor, "d", record):
        raise NotAllowed(_("You may not delete this record."))
    if record.archived_at is None:
        put_away(record)
    return Response(status=204)


def _to_change(model: type[Model], id: int) -> Model:
    """The record with this id; 404 when it is out of reach, 403 when it may only be seen."""
    record = model.reached(id) if 0 < id < LARGEST_ID else None
    if record is None:
        abort(404)
    view = g.views.get(model)
    may_edit = can(g.actor, "u", record) if view is None else view.may_edit(record)
    if not may_edit:
        raise NotAllowed(_("You may see this record, not change it."))
    return record


def _kept(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except peewee.IntegrityError as error:
        said = _("Another record stands in the way of this one: read it anew and try again.")
        raise Conflict(said) from error


def _is_wrong(drafts: Sequence[Draft]) -> bool:
    return any(draft.errors for draft in drafts)


def _whole(model: type[Model], ids: list[int], is_list: bool, status: int) -> Response:
    """The records as the caller may see them: of one they may not, id and version alone."""
    seen = whole(model, ids) if can(g.actor, "r", model) else {}
    items = [seen.get(id, {"id": id, "version": 1}) for id in ids]
    return answered(items if is_list else items[0], status)
