"""The transaction of an unsafe request: all that it does is kept together, or nothing of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import peewee
from flask import make_response
from werkzeug.wrappers import Response

from core.data.database import transaction

TRIES = 3
# PostgreSQL's serialization failure and deadlock: the same work may pass when it is done again.
PASSING = ("40001", "40P01")


@dataclass(frozen=True)
class Refusal:
    """An answer with a status from 400 whose page is made after all was taken back: what is slow
    stays outside, and what the page says is how things stand.
    """

    status: int
    page: Callable[[], str]


class TakenBack(Exception):
    """Leaves the transaction undone and goes on with its answer."""

    def __init__(self, answer: Response | Refusal) -> None:
        super().__init__()
        self.answer = answer


def in_transaction(work: Callable[[], Any]) -> Response:
    """Answer what `work` answers, within one transaction. An exception or a status from 400 takes
    everything back; work that others stood in the way of is done again, up to three times.

    Open it after the token, the login and the form were read; `work` neither renders, hashes nor
    sends anything.
    """
    try:
        return _repeated(work)
    except TakenBack as taken:
        if isinstance(taken.answer, Refusal):
            return make_response(taken.answer.page(), taken.answer.status)
        return taken.answer


def _repeated(work: Callable[[], Any]) -> Response:
    for left in reversed(range(TRIES)):
        try:
            return _once(work)
        except peewee.OperationalError as error:
            if not left or not may_pass(error):
                raise
    raise AssertionError("the last try answers or raises")


def _once(work: Callable[[], Any]) -> Response:
    with transaction():
        answer = work()
        if not isinstance(answer, Refusal):
            answer = make_response(answer)
            if answer.status_code < 400:
                return answer
        raise TakenBack(answer)


def may_pass(error: peewee.OperationalError) -> bool:
    """Whether the same work may pass when it is done again."""
    return getattr(error.orig, "sqlstate", None) in PASSING
