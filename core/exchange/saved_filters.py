"""Filters that people keep under a name: their own, and those shared with a role they hold."""

from typing import Any

from core.access.lines import ADMIN
from core.access.models import User
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.fields import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField, now
from core.data.internal import Internal
from core.data.prepared import Prepared, parameter
from core.errors import UserError
from core.i18n import Text, _

LONGEST_TITLE = 64
LONGEST_ASKED = 2_000  # characters
MOST_OF_ONE = 20  # filters that a user keeps for one list
MOST_SHOWN = 40
LAST_PLACE = 999
LARGEST_ID = 2**31 - 1
OFFERED = ("id", "owner", "model", "title", "asked", "shared_with", "position")


class SavedFilter(Internal):
    """One filter. `asked` is what the address of the list asks for; `shared_with` the name of a
    role, or empty.
    """

    owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    model = CharField(max_length=64)
    title = CharField(max_length=LONGEST_TITLE)
    asked = TextField()
    shared_with = CharField(max_length=64, default="")
    position = IntegerField()
    created_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("model", "position"), False),)
        of_addon = "model"


def _own_and_shared() -> Any:
    row = SavedFilter
    query = row.select(*(row._meta.fields[name] for name in OFFERED))
    query = query.where(
        row.model == parameter(), (row.owner == parameter()) | (row.shared_with != "")
    )
    return query.order_by(row.position, row.id)


# Every list asks: a statement that is rendered once costs a tenth.
_offered = Prepared(_own_and_shared)


def shown_filters(model: str) -> list[SavedFilter]:
    """The filters of a list that the actor sees, their own first."""
    found = [
        SavedFilter(**dict(zip(OFFERED, values, strict=True)))
        for values in _offered(model, current_actor().id)
    ]
    shown = [each for each in found if _is_shown(each)]
    mine = current_actor().id
    return sorted(shown, key=lambda each: each.owner_id != mine)[:MOST_SHOWN]


def shown_filter(model: str, id: int) -> SavedFilter | None:
    """The filter with this id, if the actor sees it."""
    found: SavedFilter | None = SavedFilter.get_or_none(
        SavedFilter.id == min(id, LARGEST_ID), SavedFilter.model == model
    )
    return found if found is not None and _is_shown(found) else None


def _is_shown(found: SavedFilter) -> bool:
    actor = current_actor()
    if found.owner_id == actor.id:
        return True
    return bool(found.shared_with) and (actor.is_admin or found.shared_with in actor.roles)


def may_change(found: SavedFilter) -> bool:
    """Its owner may, and an administrator."""
    return found.owner_id == current_actor().id or current_actor().is_admin


def save_filter(model: str, title: str, asked: str, shared_with: str) -> SavedFilter:
    """Keep what a list asks for under a name, after the actor's other filters."""
    if not asked:
        raise UserError(_("There is nothing to save yet: search, filter or sort the list first."))
    if len(asked) > LONGEST_ASKED:
        raise UserError(_("This filter is too long to be saved: take away a part of it."))
    row, owner = SavedFilter, current_actor().id
    places = row.select(row.position).where(row.model == model, row.owner == owner)
    taken = [place for (place,) in places.tuples()]
    if len(taken) >= MOST_OF_ONE:
        raise UserError(
            _("You keep %(most)s filters for this list: delete one first.", most=MOST_OF_ONE)
        )
    values = {"title": _title(title), "shared_with": _role(shared_with)}
    place = min(max(taken, default=0) + 1, LAST_PLACE)
    made: SavedFilter = row.create(owner=owner, model=model, asked=asked, position=place, **values)
    return made


def change_filter(found: SavedFilter, title: str, shared_with: str, place: str) -> None:
    """Give a filter another name, role or place."""
    found.title = _title(title)
    if shared_with != found.shared_with:
        found.shared_with = _role(shared_with)
    found.position = _place(place)
    found.save()


def roles_to_share_with() -> list[tuple[str, Text]]:
    """(name, title) of the roles that the actor holds; an administrator holds every one."""
    actor, roles = current_actor(), current_policy().roles
    return [
        (n, r.title)
        for n, r in roles.items()
        if n != ADMIN and (actor.is_admin or n in actor.roles)
    ]


def _title(text: str) -> str:
    title = " ".join(text.replace("\0", " ").split())
    if not title:
        raise UserError(_("Give the filter a name."))
    if len(title) > LONGEST_TITLE:
        raise UserError(
            _("The name of a filter has at most %(most)s characters.", most=LONGEST_TITLE)
        )
    return title


def _role(name: str) -> str:
    if name and name not in dict(roles_to_share_with()):
        raise UserError(_("A filter can be shared only with a role that you hold."))
    return name


def _place(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_PLACE):
        raise UserError(_("A place is a number from 1 to %(last)s.", last=LAST_PLACE))
    return int(text)
