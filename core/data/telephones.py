"""Telephone numbers: one international form to call and compare, and one to read.

What people typed is kept by the caller: a third of the numbers in real lists is odd, none refused.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from core.alphabet import fold_digits

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LONGEST = 100  # characters; nothing beyond is a telephone
_UZBEK = re.compile(r"\+?998[0-9]{9}")
_BETWEEN = str.maketrans("", "", " \u00a0()-.")
# An extension or a remark behind the number: "+998 71 244-18-30 (ichki 12)".
_REMARK = re.compile(r"(?<=[0-9])[\s(,;]*[^\W\d_].*", re.DOTALL)


def normalise_telephone(text: str, country: str = "UZ") -> str:
    """The E.164 form, "+998901234567", or "" when `text` is no valid number.

    Numbers without a code are read as those of `country` (ISO 3166, two letters). Never raises.
    """
    text = _REMARK.sub("", text[:_LONGEST])
    for candidate in (text, *_old_uzbek(text, country)):
        number = _parsed(candidate, country)
        if number is not None:
            return _written(number, "E164")
    return ""


def display_telephone(text: str) -> str:
    """An international number in groups, "+998 90 123 45 67"; other text as it is."""
    if len(text) == 13 and text[:4] == "+998" and text[4:].isdecimal() and text.isascii():
        return f"+998 {text[4:6]} {text[6:9]} {text[9:11]} {text[11:]}"  # most of them, at once
    return _displayed(text)


@lru_cache(maxsize=4096)  # a list shows the same hundred again and again
def _displayed(text: str) -> str:
    plain = text.translate(_BETWEEN)
    if _UZBEK.fullmatch(plain):  # most of them, without the library
        own = plain[-9:]
        return f"+998 {own[:2]} {own[2:5]} {own[5:7]} {own[7:]}"
    number = _parsed(text, "") if text.startswith("+") else None
    return text if number is None else _written(number, "INTERNATIONAL")


def _old_uzbek(text: str, country: str) -> list[str]:
    """What follows the former trunk prefixes, as in 8 90 123-45-67 and 8 (371) 244-18-30."""
    digits = fold_digits(text)
    if country.upper() != "UZ" or not digits.startswith("8"):
        return []
    return [digits[2:]] if digits.startswith("83") and len(digits) == 11 else [digits[1:]]


def _parsed(text: str, country: str) -> "PhoneNumber | None":
    from phonenumbers import NumberParseException, is_valid_number, parse  # 20 ms, so not at start

    try:
        number = parse(text, country.upper())
    except NumberParseException:
        return None
    return number if is_valid_number(number) else None


def _written(number: "PhoneNumber", form: str) -> str:
    from phonenumbers import PhoneNumberFormat, format_number  # as above

    return format_number(number, getattr(PhoneNumberFormat, form))
