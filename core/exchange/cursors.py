"""Places in an ordered list, as an address carries them."""

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any

from core.errors import UserError
from core.i18n import _


def cursor_of(row: tuple[Any, ...], sort: str) -> str:
    """The place after a row of (id, value of the field that is sorted by, …), for `Ask.after` of
    the same `sort`: in another order it is the place of nothing.
    """
    id, value = row[:2]
    if isinstance(value, (datetime, date)):
        value = value.isoformat()
    text = json.dumps([id, value, sort], ensure_ascii=False, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, sort: str) -> tuple[int, Any]:
    """The (id, value) of the row that `cursor_of` made it of. Raises `UserError`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        id, value, given = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if (
            given != sort
            or not isinstance(id, int)
            or abs(id) >= 2**31
            or isinstance(value, (list, dict))
        ):
            raise ValueError(cursor)
    except (ValueError, binascii.Error, TypeError) as error:
        raise UserError(
            _("This place in the list is not valid: start from the first page.")
        ) from error
    return id, value
