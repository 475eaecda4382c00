"""What there are screens for, as an addon may ask that knows none of them."""

from dataclasses import dataclass

from core.access.decisions import can
from core.access.lines import Role, part_of
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.model import Model
from core.exchange.names import hidden_fields
from core.i18n import Text, _
from core.modules.composed import PREFIX
from core.modules.registry import current_registry, full_name


@dataclass(frozen=True)
class Screen:
    """The screen of a model; `sections` of its form, as (title, the last name in it)."""

    name: str
    model: type[Model]
    title: Text
    sections: tuple[tuple[Text, str], ...]


def screens() -> list[Screen]:
    """The screens of the enabled addons and the core that the actor may enter, in their order."""
    found = []
    for view in current_registry().views:
        model = view.model
        if part_of(model) or not can(current_actor(), "r", model):
            continue
        shown = view.form_sections or view.details_sections
        sections = tuple((section[0], section[-1][-1]) for section in shown if section[-1])
        found.append(Screen(full_name(model), model, view.title, sections))
    return found


def fields_seen(model: type[Model]) -> dict[str, tuple[Text, object]]:
    """{name: (title, field)} of what the actor may see of a record, but for its bookkeeping."""
    hidden = hidden_fields(model)
    known = current_registry().open_fields(model).items()
    return {n: (f.verbose_name or n, f) for n, f in known if n not in hidden}


def roles() -> list[tuple[str, Text]]:
    """(name, title) of every role that there is."""
    return [(role.name, role.title) for role in current_policy().roles.values()]


def offered_roles() -> list[tuple[str, Text]]:
    """(name, title with the addon that it is of) of every role that there is."""
    return [(role.name, titled(role)) for role in current_policy().roles.values()]


def titled(role: Role) -> Text:
    """What a role is called, with its addon: two may call theirs alike."""
    return _("%(role)s (%(addon)s)", role=role.title, addon=source_of(role.name))


def source_of(name: str) -> Text:
    """The title of the addon that a role is of; of one that was composed here, and of the core's,
    what these are called.
    """
    room = name.partition(".")[0]
    manifest = current_registry().addons.get(room)
    if manifest is not None:
        return _(manifest.title)
    return _("composed here") if f"{room}." == PREFIX else _("Karvon")
