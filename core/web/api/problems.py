"""The problem documents of the API: what is wrong, all of it at once, each by its place."""

from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Response

from core.exchange.drafts import Draft
from core.i18n import _
from core.web.errors import TEXTS, problem


def unfit(drafts: Sequence[Draft], is_list: bool, unknown: bool) -> Response:
    """Everything that is wrong with the objects: 400 where one names what may not be written, 422
    where only values do not fit.
    """
    errors = [
        {"pointer": pointer(number, place, is_list), "detail": text}
        for number, draft in enumerate(drafts)
        for place, text in draft.errors.items()
    ]
    said = "; ".join(f"{each['pointer'][2:]}: {each['detail']}" for each in errors[:20])
    code = 400 if unknown else 422
    return problem(code, str(TEXTS[code][0]), said, errors=errors)


def pointer(number: int, place: str, is_list: bool) -> str:
    """A JSON pointer as a fragment: #/0/telephones/1/number."""
    escaped = place.replace("~", "~0")
    return f"#/{number}/{escaped}" if is_list else f"#/{escaped}"


def stale(current: Any, sent: Any) -> Response:
    """What stands and what was sent, side by side."""
    said = _("Somebody else changed this record meanwhile: look at both versions.")
    return problem(409, str(TEXTS[409][0]), str(said), current=current, sent=sent)
