"""The form of a composed role: what was typed, what is offered, and what it would mean."""

from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from core.access.lines import ACTIONS, SCOPE_WORDS
from core.access.models import CustomRole, CustomRoleLine, CustomRolePart
from core.access.reasons import ACTION_WORDS
from core.errors import UserError
from core.i18n import _
from core.modules.composed import PREFIX
from core.modules.composing import Offer, offers, whole_roles
from core.modules.registry import current_registry
from core.web.described import source_of, titled
from core.web.forms.inputs import NOTHING
from core.web.roles.shown import title_of_model, titles_of_fields

MOST_HIDDEN = 200
LONGEST = {"title": 255, "code": 40}


@dataclass
class Line:
    """What of one offer goes into the role."""

    actions: str
    scope: str
    hidden: tuple[str, ...] = ()


@dataclass
class Typed:
    """A composed role as a form holds it; `lines` are by the key of the offer."""

    title: str = ""
    code: str = ""
    note: str = ""
    brings: tuple[str, ...] = ()
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The record with its lines, as `CustomRole.upsert` takes it."""
        return {
            "code": self.code,
            "title": self.title,
            "note": self.note or None,
            "parts": [{"brings": name} for name in self.brings],
            "lines": [
                {
                    "model": model,
                    "offered_by": role,
                    "actions": line.actions,
                    "scope": line.scope,
                    "hidden": ",".join(line.hidden) or None,
                }
                for (model, role), line in self.lines.items()
            ],
        }


def typed() -> Typed:
    """What the browser sent; of the lines those that allow something."""
    form = request.form
    lines = {}
    for key, offer in offers().items():
        name = input_name(offer)
        actions = "".join(a for a in ACTIONS if a in form.getlist(f"{name}-actions"))
        if actions:
            scope = form.get(f"{name}-scope", "") or offer.scopes[-1]
            hidden = tuple(dict.fromkeys(form.getlist(f"{name}-hidden")[:MOST_HIDDEN]))
            lines[key] = Line(actions, scope, hidden)
    return Typed(
        title=form.get("title", "").strip()[: LONGEST["title"]],
        code=form.get("code", "").strip()[: LONGEST["code"]],
        note=form.get("note", "").strip(),
        brings=tuple(dict.fromkeys(form.getlist("brings"))),
        lines=lines,
    )


def kept(role: CustomRole) -> Typed:
    """A composed role as it stands."""
    parts = CustomRolePart.select(CustomRolePart.brings).where(CustomRolePart.role == role.id)
    found = CustomRoleLine.select().where(CustomRoleLine.role == role.id)
    lines = {
        (row.model, row.offered_by): Line(
            row.actions, row.scope, tuple(row.hidden.split(",")) if row.hidden else ()
        )
        for row in found
    }
    brings = tuple(name for (name,) in parts.order_by(CustomRolePart.id).tuples())
    return Typed(str(role.title), str(role.code), role.note or "", brings, lines)


def like(name: str) -> Typed:
    """A new role that begins as a copy of another: of an addon's, or of a composed one."""
    if name.startswith(PREFIX):
        role = CustomRole.get_or_none(CustomRole.code == name.removeprefix(PREFIX))
        copied = kept(role) if role else Typed()
        copied.code = ""
        return copied
    role = next((each for each in whole_roles() if each.name == name), None)
    if role is None:
        return Typed()
    return Typed(
        title=str(role.title),
        brings=tuple(each.name for each in role.implies),
        lines={
            key: Line(offer.actions, offer.scopes[-1])
            for key, offer in offers().items()
            if offer.role is role
        },
    )


def input_name(offer: Offer) -> str:
    return "|".join(offer.key)


def form_page(
    values: Typed, role: CustomRole | None, error: str = "", preview: bool = False
) -> str:
    return render_template(
        "roles/form.html",
        role={"name": f"{PREFIX}{role.code}", "title": role.title, "id": role.id} if role else None,
        inputs=_inputs(values, role),
        brings=[(r.name, titled(r), r.name in values.brings) for r in whole_roles()],
        rooms=_rooms(values),
        error=error,
        words=said(values) if preview else (),
        preview=preview,
    )


def _inputs(values: Typed, role: CustomRole | None) -> dict[str, dict[str, Any]]:
    made = {
        "title": {"label": _("Title"), "required": True, "longest": LONGEST["title"]},
        "code": {
            "label": _("Code"),
            "required": True,
            "longest": LONGEST["code"],
            "help": _("Small letters, digits and _. It stays as it is."),
        },
        "note": {"label": _("What it is for"), "kind": "area"},
    }
    if role is not None:
        del made["code"]
    return {
        name: {
            **NOTHING,
            "kind": "text",
            "name": name,
            "id": f"f-{name}",
            "value": getattr(values, name),
            **own,
        }
        for name, own in made.items()
    }


def _rooms(values: Typed) -> list[dict[str, Any]]:
    """What each addon offers, model by model, with what is chosen of it."""
    rooms: dict[str, dict[Any, dict[str, Any]]] = {}
    for key, offer in offers().items():
        models = rooms.setdefault(source_text(offer), {})
        model = models.setdefault(offer.model, {"title": title_of_model(offer.model), "offers": []})
        model["offers"].append(_offer(offer, values.lines.get(key)))
    return [{"title": title, "models": list(models.values())} for title, models in rooms.items()]


def source_text(offer: Offer) -> str:
    return str(source_of(f"{offer.source}."))


def _offer(offer: Offer, line: Line | None) -> dict[str, Any]:
    chosen, scope = (line.actions, line.scope) if line else ("", offer.scopes[-1])
    hidden = line.hidden if line else ()
    fields = sorted(titles_of_fields(offer.model).items(), key=lambda item: str(item[1]))
    return {
        "name": input_name(offer),
        "role": titled(offer.role),
        "is_chosen": line is not None,
        "actions": [(a, ACTION_WORDS[a], a in chosen) for a in offer.actions],
        "scopes": [(s, SCOPE_WORDS[s], s == scope) for s in offer.scopes],
        "fields": [(name, title, name in hidden) for name, title in fields],
        "hidden": len(hidden),
    }


def said(values: Typed) -> list[Any]:
    """What the role would allow, a sentence for each line."""
    roles = {role.name: role for role in current_registry().roles}
    found: list[Any] = [
        _("All that this role may: %(role)s", role=titled(roles[name]))
        for name in values.brings
        if name in roles
    ]
    for key, line in values.lines.items():
        offer = offers()[key]
        actions = ", ".join(str(ACTION_WORDS[a]) for a in line.actions)
        rows = SCOPE_WORDS.get(line.scope, line.scope)
        text = {"title": title_of_model(offer.model), "actions": actions, "rows": rows}
        if line.hidden:
            titles = titles_of_fields(offer.model)
            fields = ", ".join(str(titles.get(name, name)) for name in line.hidden)
            found.append(
                _("%(title)s: %(actions)s (%(rows)s), without %(fields)s", **text, fields=fields)
            )
        else:
            found.append(_("%(title)s: %(actions)s (%(rows)s)", **text))
    return found


def require_some(values: Typed) -> None:
    """Raise `UserError` for a role without a title, or that allows nothing."""
    if not values.title:
        raise UserError(_("Give the role a title."))
    if not values.brings and not values.lines:
        raise UserError(_("This role would allow nothing: choose a role or a line."))
