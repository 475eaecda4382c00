"""Every address of a target, with what stands in its places for one record or another."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.data.model import Model
from core.modules.buttons import ButtonMark
from core.modules.registry import full_name
from core.modules.served import EndpointMark, kinds_of
from core.paper.documents import DocumentMark
from tests.attacks.planting import SIDES
from tests.attacks.target import NEVER, Target

PLACES = re.compile(r"<(?:\w+:)?(\w+)>")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
STREAM = "/live"  # it has no end; by polling the same address answers at once


class Address(NamedTuple):
    """A route of one model, or of none: `at(id)` is the address of a record."""

    rule: str
    does: str  # the last word of the endpoint: "details_view", "api.record", "page shop.board"
    methods: frozenset[str]
    model: type[Model] | None
    target: Target

    @property
    def of_record(self) -> bool:
        """Whether it names one record."""
        return "<int:id>" in self.rule or (self.model is None and "<int:" in self.rule)

    def at(self, id: int) -> Iterator[str]:
        """The addresses for a record: one for each of its papers, tabs or buttons."""
        known = self._known(id)
        if set(PLACES.findall(self.rule)) <= known.keys():
            yield from _filled(self.rule, known)

    def _known(self, id: int) -> dict[str, list[Any]]:
        model, target, never = self.model, self.target, [NEVER]
        found: dict[str, list[Any]] = {name: [id] for name in PLACES.findall(self.rule)}
        if model is None:
            names: list[Any] = list(target.registry.addons)
            # What is asked for by a word is in the texts of every record that was planted.
            found |= {key: ["K0"] for key in re.findall(r"<(\w+)>", self.rule)}
            words = {"name": names, "addon": names, "path": ["css/list.css"]}
            return {**found, **{name: words[name] for name in words if name in found}}
        addon, _dot, name = full_name(model).partition(".")
        return {
            "id": [id],
            "addon": [addon],
            "name": [name],
            "number": [target.file_of(model, id)] if id != NEVER else never,
            "comment": [target.comment_of(model, id)] if id != NEVER else never,
            "value": [target.value_of(model, id)] if id != NEVER else never,
            "paper": ["sheet", *_papers(target, model)],
            "key": self._tabs() or ["none"],
            "button": [*_buttons(target, model), "archive"],
        }

    def _tabs(self) -> list[str]:
        views = [view for view in self.target.views if view.model is self.model]
        return [tab.name for view in views for tab in view.tabs]


def addresses(target: Target, method: str = "GET") -> list[Address]:
    """Every route that is under attack and answers the method."""
    app = target.site.app
    views = {view.endpoint: view.model for view in app.extensions["model_views"]}
    found = []
    for rule in app.url_map.iter_rules():
        methods = frozenset(rule.methods or ())
        if method not in methods:
            continue
        blueprint, _dot, does = rule.endpoint.rpartition(".")
        if blueprint in views and target.is_within(rule.rule):
            found.append(Address(rule.rule, does, methods, views[blueprint], target))
        elif "<addon>/<name>" in rule.rule:
            each = target.models.values()
            found += [Address(rule.rule, rule.endpoint, methods, model, target) for model in each]
        elif blueprint not in views and target.is_within(rule.rule):
            path = f"{STREAM}?since=0" if rule.rule == STREAM else rule.rule
            path = path.replace("<path:name>", "<path:path>")
            found.append(Address(path, rule.endpoint, methods, None, target))
    return sorted(found, key=lambda each: (each.rule, str(each.model)))


def ids_for(address: Address, side: str, most: int = 3) -> list[int]:
    """Ids of records on one side that the address may be asked with: where it belongs to no model,
    those of the models of its addon.
    """
    target = address.target
    if address.model is not None:
        return target.ids(address.model, side)[:most]
    addon = address.rule.removeprefix("/api/v1").split("/")[1]
    models = [m for name, m in target.registry.by_name.items() if name.startswith(f"{addon}.")]
    other = SIDES[1 - SIDES.index(side)]
    taken = {id for model in models for id in target.ids(model, other)}
    return sorted({id for model in models for id in target.ids(model, side)} - taken) or [1]


def endpoint_values(target: Target, rule: str, side: str) -> list[dict[str, Any]]:
    """What programs may send to an address that an addon serves: numbers of records and what they
    are called on one side, among lists also those of the other.
    """
    for each in target.registry.marked_by(EndpointMark):
        if rule == f"/api/v1/{each.name.split('.')[0]}/{each.mark.name}":
            address = Address(rule, "", frozenset(), None, target)
            return [_values(target, each, id) for id in ids_for(address, side)]
    return [{}]


def _values(target: Target, each: Any, id: int) -> dict[str, Any]:
    addon = each.name.split(".")[0]
    models = [m for name, m in target.registry.by_name.items() if name.startswith(f"{addon}.")]
    known = [target.planter.values[model, id] for model in models if id in target.all_ids(model)]
    own = target.ids(models[-1], "own")[0] if models else 1
    made = {int: id, bool: True, list: [own, id], dict: {"id": id, "name": "Taken"}}

    def value(name: str, kind: Any) -> Any:
        texts = [values[name] for values in known if isinstance(values.get(name), str)]
        return made.get(kind, texts[0] if texts else "1")

    return {name: value(name, kind) for name, kind in kinds_of(each.function).items()}


def _buttons(target: Target, model: type[Model]) -> list[str]:
    marked = target.registry.marked_by(ButtonMark)
    return [each.function.__name__ for each in marked if each.mark.model is model]


def _papers(target: Target, model: type[Model]) -> list[str]:
    marked = target.registry.marked_by(DocumentMark)
    return [each.name for each in marked if each.mark.model is model]


def _filled(rule: str, known: dict[str, list[Any]]) -> Iterator[str]:
    found = PLACES.search(rule)
    if found is None:
        yield rule
        return
    for each in known[found[1]]:
        yield from _filled(rule.replace(found[0], str(each), 1), known)
