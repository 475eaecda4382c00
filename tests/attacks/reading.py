"""Attacks that read: pages, answers and files must say nothing of what their reader may not see."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from tests.attacks.addresses import Address, addresses, endpoint_values, ids_for
from tests.attacks.answers import masked, said
from tests.attacks.crawling import PAPER, Seen, crawl, texts_of_api
from tests.attacks.planting import EACH, WORD
from tests.attacks.ruling import ADMIN, BLIND, NARROW, NOBODY, ROLELESS
from tests.attacks.target import NEVER, Target

PAGES = ("details_view", "api.record")  # of which every foreign record is tried
FORMS = ("edit_view",)
PAPERS = ("print_view",)
TALK = ("history_view", "people_view", "files_view")
FILES = ("file_view", "thumbnail_view")
MOST_CHOICES = 20
POSING = ("user", "user_id", "as", "role", "actor", "sudo", "owner_id")
AWAY = "/account/away"
ELSEWHERE = (*FORMS, *PAPERS, *TALK, *FILES)


def line_01(target: Target) -> Iterator[str]:
    """The page of a foreign record, and whatever else shows one by its number."""
    shown = [each for each in addresses(target) if each.does not in ELSEWHERE]
    for address in shown:
        if address.of_record:
            yield from like_never(target, address)


def line_02(target: Target) -> Iterator[str]:
    """The form of a foreign record."""
    for address in _called(target, FORMS):
        yield from like_never(target, address)


def line_06(target: Target) -> Iterator[str]:
    """Files that are taken out, in every format, and what programs read field by field."""
    for kind in (NARROW, BLIND, ROLELESS, NOBODY):
        files = [
            each for each in crawl(target, kind) if not each.is_page and each.mimetype != PAPER
        ]
        yield from leaks(target, kind, files)
        yield from leaks(target, kind, texts_of_api(target, kind))
        if kind == NARROW:
            yield from _are_full(target, [each for each in files if "/export." in each.path])


def _are_full(target: Target, files: list[Seen]) -> Iterator[str]:
    """Files without the own records would prove nothing."""
    for view in target.views:
        owned = {
            word
            for word, spot in target.words.spots.items()
            if spot.model is view.model and spot.side == "own" and spot.name in view.column_list
        }
        mine = [each.text for each in files if each.path.startswith(f"{view.list_url}export.")]
        if missing := owned - set(WORD.findall(" ".join(mine))):
            yield f"the files of {view.list_url} do not hold {target.words.spots[missing.pop()]}"


def line_07(target: Target) -> Iterator[str]:
    """Names on pages, in answers and among choices, of which few are given at once."""
    for kind in (NARROW, BLIND, ROLELESS, NOBODY):
        yield from leaks(target, kind, (each for each in crawl(target, kind) if each.is_page))
    for view in target.views:
        for query in ("", "search=K", "search=%25", "limit=100000", "search=0&limit=1000"):
            answer = target.get(ADMIN, f"{view.list_url}choices?{query}")
            if len(answer.json) > MOST_CHOICES:
                yield f"{view.list_url}choices?{query} gives {len(answer.json)} names at once"


def line_09(target: Target) -> Iterator[str]:
    """Papers of foreign records, and those of own ones and of lists."""
    for address in _called(target, PAPERS):
        yield from like_never(target, address)
    papers = 0
    for kind in (NARROW, BLIND, ROLELESS, NOBODY):
        found = [each for each in crawl(target, kind) if each.mimetype == PAPER]
        papers += len(found)
        yield from leaks(target, kind, found)
    if papers < len(target.views):
        yield f"only {papers} papers were printed"


def line_10(target: Target) -> Iterator[str]:
    """Words of an address or a header that say for whom it should be answered."""
    for path, names in sorted(_addresses_to_pose_at(target).items()):
        plain = said(target.get(NARROW, path))
        for value in ("admin", target.people[ADMIN]):
            query = urlencode(dict.fromkeys(names, value))
            headers = {f"X-{name.title()}": str(value) for name in POSING}
            headers |= {"X-Remote-User": "admin", "Remote-User": "admin"}
            answer = target.get(
                NARROW, f"{path}{'&' if '?' in path else '?'}{query}", headers=headers
            )
            # What everybody is told there is looked at by line 7.
            known = set(target.leaked(NARROW, plain))
            for each in set(target.leaked(NARROW, said(answer))) - known:
                yield f"{path} answers whoever says that they are {value}: {each}"
            is_same = said(answer) == plain or answer.status_code in (400, 403, 404, 422)
            if path.startswith("/api/v1/") and not is_same:
                yield f"{path} takes {query}: {answer.status_code}"


def _addresses_to_pose_at(target: Target) -> dict[str, tuple[str, ...]]:
    """{address: the words that are added to it}: where an addon says which words it takes, those
    of them that could say for whom.
    """
    found = {view.list_url: POSING for view in target.views}
    found |= {f"/api/v1/{path}": POSING for path in target.models}
    for address in addresses(target):
        if address.model is None and not address.of_record and address.does != "live":
            taken = {name for each in endpoint_values(target, address.rule, "own") for name in each}
            names = tuple(taken & set(POSING)) if taken else POSING
            found |= dict.fromkeys(address.at(1), names)
    return found


def leaks(target: Target, kind: str, answers: Iterable[Seen]) -> Iterator[str]:
    """What the answers tell a reader that they may not know."""
    for each in answers:
        told = target.leaked(kind, each.text)
        if each.path == AWAY and kind != NOBODY:  # where everybody chooses who stands in for them
            told = [spot for spot in told if not spot.startswith("User.name ")]
        for spot in told[:1]:
            yield f"{each.path} tells {kind or 'nobody'} of {spot}"


def _called(target: Target, names: tuple[str, ...]) -> list[Address]:
    return [each for each in addresses(target) if each.does in names]


def like_never(target: Target, address: Address, method: str = "GET") -> Iterator[str]:
    """Where a record that the reader does not reach differs from one that never was."""
    most = EACH if address.does in PAGES or address.model is None else 1
    for kind in (NARROW, ROLELESS, NOBODY):
        nevers = [target.send(kind, method, none) for none in address.at(NEVER)]
        for id in ids_for(address, "foreign", most if kind == NARROW else 1):
            for path, never in zip(address.at(id), nevers, strict=True):
                answer = target.send(kind, method, path)
                yield from told_apart(target, kind, address, (answer, never), id)


def told_apart(target: Target, kind: str, address: Address, answers: Any, id: int) -> Iterator[str]:
    """What is wrong with the answers for a record out of reach and for one that never was."""
    answer, never = answers
    path, who, text = answer.request.path, kind or "nobody", said(answer)
    numbers = set(re.findall(r"\d+", f"{path} {never.request.path}"))
    if leaks := target.leaked(kind, text):
        yield f"{path} tells {who} of {leaks[0]}"
    elif answer.status_code != never.status_code:
        yield f"{path} answers {who} {answer.status_code}, but {never.status_code} for no record"
    elif masked(text, id, NEVER, *numbers) != masked(said(never), id, NEVER, *numbers):
        yield f"{path} says something else to {who} than of no record"
    elif address.model is not None and not is_refusal(answer):
        yield f"{path} answers {who} {answer.status_code} for a record out of reach"


def is_refusal(answer: Any) -> bool:
    """Nothing was shown: a refusal, or the way to the login page."""
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
    return answer.status_code in (400, 401, 403, 404, 405, 422) or to_login
