"""Attacks that write: foreign records, fields and buttons stay as they are, whoever sends what."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from peewee import ForeignKeyField

from core.modules.buttons import ButtonMark
from core.modules.served import kinds_of
from tests.attacks.addresses import (
    UNSAFE,
    Address,
    addresses,
    endpoint_values,
    ids_for,
)
from tests.attacks.answers import masked, said
from tests.attacks.ruling import NARROW, NOBODY
from tests.attacks.sending import (
    TAKEN,
    all_or_none,
    refused,
    taken,
    unchanged,
    version_of,
)
from tests.attacks.target import NEVER, Target

FORMS = ("edit_view",)
PARTLY = ("move_view", "move_day_view", "api.change", "api.change_all", "bulk_view")
MANY = ("archive_chosen_view", "restore_chosen_view", "take_back_view", "bulk_view")
GONE = ("api.remove",)
FILES = ("files_view", "remove_file_view", "restore_file_view")
BUTTONS = ("button_view", "api_buttons.press_button")
LISTS = ("api.change_all",)
ELSEWHERE = (*FORMS, *PARTLY, *MANY, *GONE, *FILES, *BUTTONS, "api.create")


def _called(target: Target, names: tuple[str, ...]) -> Iterator[tuple[Address, str]]:
    for method in UNSAFE:
        for address in addresses(target, method):
            if address.does in names:
                yield address, method


def line_03(target: Target) -> Iterator[str]:
    """Forms of foreign records, forms that lead own ones to foreign ones, and forms of addons."""
    for address, method in _called(target, FORMS):
        yield from refused(target, address, method)
    for view in target.views:
        yield from _towards_foreign(target, view)
    yield from _forms_of_addons(target)


def _towards_foreign(target: Target, view: Any) -> Iterator[str]:
    """An own record that is to refer to a foreign one, by each of its references and lines."""
    own = target.ids(view.model, "own")[0]
    version = str(version_of(target, view.model, own))
    for name, rel in references(target, view.model):
        foreign = target.ids(rel, "foreign")[0]
        for path in (f"{own}/edit", "new", *(["quick"] if name in view.quick_columns else [])):
            texts: list[tuple[int, str]] = []
            for id in (foreign, NEVER):
                form = {**dict([taken(view.model)]), "version": version, name: str(id)}
                form[f"{name.split('-')[0]}-lines"] = "1"
                send = partial(target.send, NARROW, "POST", f"{view.list_url}{path}", data=form)
                told = partial(_add_answer, texts, send, (foreign, NEVER))
                yield from unchanged(target, f"{view.list_url}{path} with {name}={id}", told)
            if texts[0] != texts[1]:
                yield f"{view.list_url}{path} tells a foreign {name} from one that never was"


def _add_answer(texts: list[Any], send: Any, ids: tuple[int, int]) -> None:
    answer = send()
    texts.append((answer.status_code, masked(said(answer), *ids)))


def references(target: Target, model: Any) -> Iterator[tuple[str, Any]]:
    """(name of the input, model) of what a record and its lines refer to."""
    for name, field in target.registry.open_fields(model).items():
        if isinstance(field, ForeignKeyField):
            yield name, field.rel_model
    for part_name, part in target.registry.parts(model).items():
        fields = target.registry.open_fields(part)
        for name, field in fields.items():
            if isinstance(field, ForeignKeyField):
                yield part_name if len(fields) == 1 else f"{part_name}-0-{name}", field.rel_model


def _forms_of_addons(target: Target) -> Iterator[str]:
    """Pages and endpoints that take what is sent: a foreign record stays as it is."""
    names = {name.partition(".")[2] for name in target.registry.by_name}
    for address in addresses(target, "POST"):
        if address.model is not None or not address.does.startswith(("page ", "endpoints.")):
            continue
        for kind in (NARROW, NOBODY):
            for id in ids_for(address, "foreign"):
                form = dict.fromkeys((*names, "id", "record", "number"), str(id))
                form["name"] = f"{TAKEN} at {address.rule}"
                for path in address.at(id):
                    yield from _foreign_changed(target, kind, address, path, form)


def _foreign_changed(
    target: Target, kind: str, address: Address, path: str, form: dict[str, str]
) -> Iterator[str]:
    before = foreign_rows(target)
    if path.startswith("/api/"):
        bodies = endpoint_values(target, address.rule, "foreign")
        answers = [target.send(kind, "POST", path, json=body) for body in bodies]
    else:
        answers = [target.send(kind, "POST", path, data=form)]
    for answer in answers:
        for spot in target.leaked(kind, said(answer)):
            yield f"POST {path} tells {kind or 'nobody'} of {spot}"
    after = foreign_rows(target)
    for key, row in before.items():
        if after[key] != row:
            yield f"POST {path} changes the foreign {key[0]} {key[1]}"


def foreign_rows(target: Target) -> dict[tuple[str, int], Any]:
    """{(model, id): values} of everything that NARROW does not reach."""
    return {
        (model.__name__, id): target.row(model, id)
        for model in target.registry.models
        for id in target.ids(model, "foreign")
    }


def line_04(target: Target) -> Iterator[str]:
    """PATCH, cards of a board, days of a calendar, and fields of many records."""
    for address, method in _called(target, PARTLY):
        yield from refused(target, address, method)


def line_05(target: Target) -> Iterator[str]:
    """DELETE; archiving, restoring and changing own records with a foreign one among them."""
    for address, method in _called(target, GONE):
        yield from refused(target, address, method)
    for address, method in _called(target, MANY):
        yield from all_or_none(target, address, method)


def line_11(target: Target) -> Iterator[str]:
    """Whatever else is done with a record, by whichever address there is for it."""
    for method in UNSAFE:
        for address in addresses(target, method):
            is_known = address.does in ELSEWHERE or address.does.startswith(("page ", "endpoints."))
            if address.model is not None and address.of_record and not is_known:
                yield from refused(target, address, method)
    for view in target.views:
        id = target.ids(view.model, "foreign")[0]
        there, never = (target.get(NARROW, f"{view.list_url}new?like={n}") for n in (id, NEVER))
        if (there.status_code, never.status_code) not in ((404, 404), (403, 403)):
            yield f"{view.list_url}new?like={id} answers {there.status_code}"
    yield from _pressed_with_foreign(target)


def _pressed_with_foreign(target: Target) -> Iterator[str]:
    """Buttons that programs give numbers to, pressed with that of a foreign record."""
    paths = {model: path for path, model in target.models.items()}
    for each in target.registry.marked_by(ButtonMark):
        model, (_record, *values) = each.mark.model, kinds_of(each.function)
        if model in paths and values:
            own, before = target.ids(model, "own")[0], foreign_rows(target)
            sent = dict.fromkeys(values, target.ids(model, "foreign")[0])
            url = f"/api/v1/{paths[model]}/{own}/{each.function.__name__}"
            target.send(NARROW, "POST", url, json=sent)
            if foreign_rows(target) != before:
                yield f"{url} with {sent} changes a foreign record"
