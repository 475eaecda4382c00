"""How hard a new password is to guess, by zxcvbn, and what to do when it is not."""

import re
from collections.abc import Iterable
from typing import Any

from core.errors import UserError
from core.i18n import Text, _

LEAST_SCORE = 3  # of 4: what withstands a fast guesser for months
JUDGED = 40  # signs; some of 72 take two seconds, and so many are strong by themselves or never
LEAST_OF_REST = 2  # of what is left without the words that are known of the owner
MOST_WORDS = 60
WORD = re.compile(r"[^\W_]{4,}")

SAME_AGAIN = _(
    "The password is easy to guess, for it says the same again and again: take a few words"
    " that do not belong together."
)
IN_A_ROW = _(
    "The password is easy to guess, for its signs follow one another on the keyboard or in the"
    " alphabet: take a few words that do not belong together."
)
KNOWN = _(
    "The password is easy to guess, for many people use one like it: take a few words that do not"
    " belong together."
)
OWN = _(
    "The password is easy to guess, for it holds your own name or that of the company: take a few"
    " words that others do not connect with you."
)
DATE = _(
    "The password is easy to guess, for it is made of a date or a year: take a few words that do"
    " not belong together."
)
NAME = _(
    "The password is easy to guess, for it is made of a name: take a few words that do not belong"
    " together."
)
SHORT = _("The password is easy to guess: add another word or two that are seldom used together.")

BY_PATTERN: dict[str, Text] = {
    "repeat": SAME_AGAIN,
    "sequence": IN_A_ROW,
    "spatial": IN_A_ROW,
    "regex": DATE,
    "date": DATE,
}
BY_DICTIONARY: dict[str, Text] = {
    "user_inputs": OWN,
    "passwords": KNOWN,
    "surnames": NAME,
    "male_names": NAME,
    "female_names": NAME,
}


def check_strength(password: str, words: Iterable[str] = ()) -> None:
    """Raise `UserError`, which says what to do, for a password that is guessed soon. `words` are
    what is known of its owner: names, addresses, the company.
    """
    own = {part.lower() for word in words for part in (word, *WORD.findall(word)) if part}
    known = sorted(own, key=len, reverse=True)[:MOST_WORDS]
    found = _judged(password, known)
    if found["score"] < LEAST_SCORE:
        raise UserError(_advice(found["sequence"]))
    # zxcvbn takes three words for strong, whichever they are: not so the owner's own.
    rest = _without(password.lower(), known)
    if rest != password.lower() and _judged(rest, known)["score"] < LEAST_OF_REST:
        raise UserError(OWN)


def _judged(password: str, known: list[str]) -> dict[str, Any]:
    from zxcvbn import zxcvbn  # 75 ms, so not at start

    if not password:
        return {"score": 0, "sequence": []}
    found: dict[str, Any] = zxcvbn(password[:JUDGED], user_inputs=known)
    return found


def _without(text: str, words: list[str]) -> str:
    """The text without the words that are long enough to mean somebody."""
    for word in words:
        if len(word) > 3:
            text = text.replace(word, "")
    return text


def _advice(parts: list[dict[str, str]]) -> Text:
    """The sentence about the longest part of a password that is guessed by a pattern."""
    for part in sorted(parts, key=lambda part: -len(part["token"])):
        found = BY_PATTERN.get(part["pattern"]) or BY_DICTIONARY.get(
            part.get("dictionary_name", "")
        )
        if found:
            return found
    return SHORT
