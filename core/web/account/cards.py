"""What the cards of second factor and passkeys are given."""

from typing import Any

from core.access.factors.passkeys import passkeys_of
from core.access.factors.recovery import codes_left
from core.access.factors.second import has_app, has_factor
from core.formats import format_datetime
from core.web.account.place import this_place


def factor_card(user_id: int) -> dict[str, Any]:
    passkeys = bool(passkeys_of(user_id))
    is_on = has_app(user_id)
    return {"is_on": is_on, "has_factor": is_on or passkeys, "left": codes_left(user_id)}


def passkey_card(user_id: int) -> dict[str, Any]:
    shown = [
        {
            "id": each.id,
            "title": each.title,
            "made": format_datetime(each.created_at),
            "used": format_datetime(each.used_at) if each.used_at else "",
        }
        for each in passkeys_of(user_id)
    ]
    is_first = not has_factor(user_id)
    return {"passkeys": shown, "is_possible": this_place().is_possible, "is_first": is_first}
