"""What of the history is asked for: the filters of an address, as conditions on its rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from peewee import SQL, Expression, Tuple, fn

from core.access.models import User
from core.data import history
from core.data.actor import system
from core.data.audit import ACTIONS
from core.data.history import History
from core.errors import UserError
from core.exchange.days import between, read_day
from core.i18n import _
from core.web.history.rights import about_rights

COUNT_CAP = 10_000
# Whatever is typed, a clock of any zone can be set to it.
EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
LARGEST_ID = 2**63
LONGEST_ID = 19  # digits
SYSTEM = "system"  # stands for nobody in `who`
RIGHTS = "rights"
NAMES = ("who", "what", "record", "action", "from", "until", "about", "user")
TABLE = re.compile(r"[a-z][a-z0-9_]{0,63}")
PLACE = re.compile(r"(\d{14})-(\d{1,18})")
USUAL = (history.CREATE, history.UPDATE)

Columns = tuple[Any, ...]


@dataclass(frozen=True)
class Asked:
    """What narrows the history. `who` is the id of a user, 0 the system; `what` a table, with
    `record` one of its records; `about` a ready filter, for the user with the id `user`.
    """

    who: int | None = None
    what: str = ""
    record: int | None = None
    action: str = ""
    first: date | None = None
    last: date | None = None
    about: str = ""
    user: int | None = None

    def conditions(self) -> list[Expression]:
        """The conditions on the rows; what has an index first."""
        found: list[Any] = []
        if self.who is not None:
            found.append(History.actor == self.who if self.who else History.actor.is_null())
        if self.what:
            found.append(History.root_model == self.what)
        if self.record is not None:
            found.append(History.root_record == self.record)
        if self.action:
            found += [] if self.action in USUAL else [history.SELDOM]
            found.append(History.action == self.action)
        if self.first or self.last:
            found.append(
                between(History.at, _within(self.first or EARLIEST), _within(self.last or date.max))
            )
        if self.about == RIGHTS and self.user is not None:
            found.append(about_rights(self.user))
        return found

    def args(self) -> dict[str, str]:
        """The filters as an address has them."""
        who = SYSTEM if self.who == 0 else self.who
        given = {
            "who": who,
            "what": self.what,
            "record": self.record,
            "action": self.action,
            "from": self.first,
            "until": self.last,
            "about": self.about,
            "user": self.user,
        }
        return {name: str(value) for name, value in given.items() if value not in (None, "")}

    def url(self, **changed: str | None) -> str:
        """The address of the page with other filters; None takes one away."""
        args = {**self.args(), **changed}
        query = urlencode({name: value for name, value in args.items() if value})
        return f"/history?{query}" if query else "/history"


def read_asked(args: Mapping[str, str]) -> Asked:
    """What an address asks for. Raises `UserError` where it cannot be read."""
    given = {name: args.get(name, "").strip() for name in NAMES}
    if given["what"] and not TABLE.fullmatch(given["what"]):
        raise UserError(_("There is no filter “%(name)s” here.", name=given["what"][:64]))
    if given["action"] and given["action"] not in ACTIONS:
        raise UserError(_("There is no filter “%(name)s” here.", name=given["action"][:64]))
    if given["about"] not in ("", RIGHTS):
        raise UserError(_("There is no filter “%(name)s” here.", name=given["about"][:64]))
    return Asked(
        who=_who(given["who"]),
        what=given["what"],
        record=_id(given["record"]) if given["what"] else None,
        action=given["action"],
        first=read_day(given["from"]) if given["from"] else None,
        last=read_day(given["until"]) if given["until"] else None,
        about=given["about"],
        user=_id(given["user"]) if given["about"] else None,
    )


def _within(day: date) -> date:
    return day if day == date.max else min(max(day, EARLIEST), LATEST)


def _who(text: str) -> int | None:
    """A user by the id or by the login name."""
    if text in ("", SYSTEM):
        return 0 if text else None
    if text.isdecimal():
        return _id(text)
    with system("who did something is known to whoever watches over access"):
        # PostgreSQL takes no text with a NUL, and nobody is called so.
        found = None if "\0" in text else User.get_or_none(User.login == text.casefold())
    if found is None:
        raise UserError(_("Nobody is called %(name)s here: type a login name.", name=text[:64]))
    return int(found.id)


def _id(text: str) -> int | None:
    if not text:
        return None
    # Python reads no number of thousands of digits.
    if not text.isdecimal() or len(text) > LONGEST_ID or int(text) >= LARGEST_ID:
        raise UserError(_("A record is named by its number here."))
    return int(text)


def rows_of(asked: Asked, columns: Columns, most: int, place: str = "") -> list[tuple[Any, ...]]:
    """The newest rows that pass, or those after the place of another one."""
    conditions = [*asked.conditions(), *_after(place)]
    query = History.select(*columns).order_by(History.at.desc(), History.id.desc()).limit(most)
    return list((query.where(*conditions) if conditions else query).tuples())


def count_of(asked: Asked, most: int | None = COUNT_CAP + 1) -> int:
    """How many rows pass, counted up to `most`."""
    query = History.select(SQL("1"))
    conditions = asked.conditions()
    some = (query.where(*conditions) if conditions else query).limit(most)
    return int(History.select(fn.COUNT(SQL("*"))).from_(some).scalar())


def place_of(at: datetime, id: int) -> str:
    """The place after a row, as an address carries it."""
    return f"{at:%Y%m%d%H%M%S}-{id}"


def _after(place: str) -> list[Any]:
    if not place:
        return []
    found = PLACE.fullmatch(place)
    try:
        at = datetime.strptime(found[1] if found else "", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise UserError(
            _("This place in the list is not valid: start from the first page.")
        ) from None
    at_, id_ = History.at.to_value(at), History.id.to_value(int(found[2]) if found else 0)
    return [Tuple(History.at, History.id) < Tuple(at_, id_)]
