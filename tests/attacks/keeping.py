"""Attacks on what is kept: closed fields, secrets, talk about hidden records, and refusals."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any

from peewee import CharField, DateField, ForeignKeyField, TextField

from core.attached.following import follow
from core.data.actor import system
from core.data.fields import DateTimeField, StateField
from core.data.internal import Internal, snake_case
from core.modules.transitions import guarded_fields
from tests.attacks.addresses import addresses, ids_for
from tests.attacks.answers import said
from tests.attacks.crawling import crawl, texts_of_api
from tests.attacks.reading import TALK, leaks, like_never
from tests.attacks.ruling import ADMIN, NARROW, NOBODY, ROLELESS, TIED
from tests.attacks.sending import REFUSED, TAKEN, object_for, taken, unchanged, version_of
from tests.attacks.target import Target
from tests.attacks.writing import references

KEPT = ("id", "created_at", "created_by", "updated_at", "updated_by", "archived_at")
SECRETS = ("password_hash", "password", "digest", "secret", "credential", "roles.digest")
FEWEST_SECRETS = 10
TOLD = ("/", "/notices", "/live?since=0", "/notices/1")


def line_12(target: Target) -> Iterator[str]:
    """The talk and files of a hidden record, and what notices and events tell of it."""
    for address in addresses(target):
        if address.does in TALK:
            yield from like_never(target, address)
    for kind in (NARROW, ROLELESS, NOBODY):
        yield from leaks(
            target, kind, (each for each in crawl(target, kind) if _is_talk(each.path))
        )
    yield from _events(target)
    for path in TOLD:
        for spot in target.leaked(NARROW, said(target.get(NARROW, path))):
            yield f"{path} tells of {spot}"


def _is_talk(path: str) -> bool:
    return path.endswith(("/history", "/people", "/files"))


def _events(target: Target) -> Iterator[str]:
    """The events of the live stream, as polling the same address gives them."""
    told = target.get(NARROW, "/live?since=0").json["events"]
    for event in told:
        model = target.registry.model(event["model"])
        if event["record"] in target.ids(model, "foreign"):
            yield f"the live stream tells of the foreign {event['model']} {event['record']}"
    if not told:
        yield "the live stream tells of nothing at all"


def stir(target: Target) -> None:
    """Let every foreign record be followed by whoever does not see it, then changed and talked of
    by an admin.
    """
    for path, model in target.models.items():
        for id in target.ids(model, "foreign")[:1]:
            with system("a test lets somebody follow"):
                record: Any = model.get_by_id(id)
                follow(target.people[NARROW], record)
            target.send(ADMIN, "PATCH", f"/api/v1/{path}/{id}", json=_touch(target, model, id))
            form = {"text": f"{TAKEN} @kirish-narrow"}
            target.send(ADMIN, "POST", f"/{path}/{id}/comments", data=form)


def _touch(target: Target, model: Any, id: int) -> dict[str, Any]:
    """A change that leaves the word in a field as it is."""
    name, _value = taken(model)
    return {**object_for(target, model, id), name: f"{target.row(model, id).get(name)}."}


def line_15(target: Target) -> Iterator[str]:
    """Fields that their sender may not write: by a form, by programs, of many records, by files."""
    for view in target.views:
        model = view.model
        kept = (*KEPT, *guarded_fields(model))
        yield from _closed_by_form(target, NARROW, view, kept)
        yield from _closed_by_form(target, TIED, view, target.hidden(model))
        yield from _closed_by_program(target, NARROW, view, kept)
        yield from _closed_by_program(target, TIED, view, target.hidden(model))


def _closed_by_form(target: Target, kind: str, view: Any, names: tuple[str, ...]) -> Iterator[str]:
    id = target.ids(view.model, "own")[0]
    values = {name: other_value(target, view.model, name) for name in names}
    columns = {name: value for name, value in values.items() if name in view.model._meta.fields}
    form = {**columns, "version": str(version_of(target, view.model, id)), "is_admin": "1"}
    send = partial(target.send, kind, "POST", f"{view.list_url}{id}/edit", data=form)
    yield from unchanged(target, f"the form of {view.list_url} as {kind}", send)
    for name, value in columns.items():
        form = {"id": str(id), "step": "do", "set": name, name: value}
        send = partial(target.send, kind, "POST", f"{view.list_url}bulk", data=form)
        yield from unchanged(target, f"setting {name} of many at {view.list_url} as {kind}", send)


def _closed_by_program(
    target: Target, kind: str, view: Any, names: tuple[str, ...]
) -> Iterator[str]:
    path, id = f"/api/v1{view.list_url.rstrip('/')}", target.ids(view.model, "own")[0]
    version = version_of(target, view.model, id)
    for name in names:
        if name not in view.model._meta.fields:
            continue
        sent = {"version": version, name: other_value(target, view.model, name)}
        answers: list[int] = []
        for method, url, body in (("PATCH", f"{path}/{id}", sent), ("POST", path, [{name: "1"}])):
            send = partial(target.send, kind, method, url, json=body)
            work = lambda: answers.append(send().status_code)  # noqa: E731, B023 - called at once
            yield from unchanged(target, f"{method} {url} with {name} as {kind}", work)
        if any(status not in REFUSED for status in answers):
            yield f"{path} takes {name} from {kind}: {answers}"


def other_value(target: Target, model: Any, name: str) -> str:
    """A text that a field could hold and does not."""
    field = model._meta.fields.get(name)
    if isinstance(field, StateField):
        return field.states[-1] if field.states else TAKEN
    if isinstance(field, ForeignKeyField):
        return str(target.ids(field.rel_model, "own")[-1])
    if isinstance(field, (CharField, TextField)):
        return TAKEN
    if isinstance(field, DateTimeField):
        return "2020-01-01T00:00:00Z"
    return "2020-01-01" if isinstance(field, DateField) else "1"


def line_15_files(target: Target) -> Iterator[str]:
    """Columns of a file that are to fill closed fields; the file itself is kept as it came."""
    for view in target.views:
        content = target.send(TIED, "POST", f"{view.list_url}import", data=file_of("Name,X\nA,1\n"))
        for name in (*KEPT, "version", *target.hidden(view.model)):
            if content.status_code != 303 or name not in view.model._meta.fields:
                continue
            url = content.headers["Location"]
            form = {"place": ["name", name]}
            send = partial(target.send, TIED, "POST", f"{url}/check", data=form)
            answers: list[int] = []
            work = lambda: answers.append(send().status_code)  # noqa: E731, B023 - called at once
            yield from unchanged(target, f"{url}/check with {name}", work)
            if answers[0] not in REFUSED:
                yield f"{url}/check takes {name}: {answers[0]}"


def file_of(text: str) -> dict[str, Any]:
    """The form by which a file of this text is sent."""
    return {"file": (BytesIO(text.encode()), "a.csv")}


def line_17(target: Target) -> Iterator[str]:
    """Hashes, keys and secrets in whatever is read, and books that no read can name."""
    secrets = {*target.site.secrets(), *target.secrets, target.password}
    if len(secrets) < FEWEST_SECRETS:
        yield f"only {len(secrets)} secrets are looked for"
    for kind in (ADMIN, NARROW):
        for each in (*crawl(target, kind), *texts_of_api(target, kind)):
            told = [secret for secret in secrets if secret in each.text]
            yield from (f"{each.path} tells {kind} a secret: {secret[:12]}…" for secret in told)
    for path, wanted in _secret_questions(target):
        if (status := target.get(ADMIN, path).status_code) != wanted:
            yield f"{path} answers {status}"


def _secret_questions(target: Target) -> Iterator[tuple[str, int]]:
    """(address that asks for a secret, the status of its answer)."""
    for book in Internal.__subclasses__():
        for query in ("", "?fields=id", "?filter=[]"):
            yield f"/api/v1/core/{snake_case(book.__name__)}{query}", 404
    for name in SECRETS:
        for path in target.models:
            for query in (f"fields={name}", f"sort={name}", f'filter=["{name}","starts","a"]'):
                yield f"/api/v1/{path}?{query}", 400
        for view in target.views:
            yield f"{view.list_url}?sort={name}", 400
            yield f"{view.list_url}?group={name}", 400


def line_18(target: Target) -> Iterator[str]:
    """What is said where an own record may not refer to a foreign one, or be of another version."""
    for view in target.views:
        for method, url, options in (
            *_references_sent(target, view),
            *_versions_sent(target, view),
        ):
            answer = target.send(NARROW, method, url, **options)
            if answer.status_code < 400 and url.startswith("/api/"):
                yield f"{method} {url} takes {options}"
            for spot in target.leaked(NARROW, said(answer)):
                yield f"{method} {url} names {spot} as it refuses"
    yield from _refused_by_addons(target)


def _refused_by_addons(target: Target) -> Iterator[str]:
    """What pages and addresses of addons say of foreign records where they refuse them."""
    for address in addresses(target):
        if address.does.startswith(("page ", "endpoints.")) and address.of_record:
            for path in (path for id in ids_for(address, "foreign") for path in address.at(id)):
                answer = target.get(NARROW, path)
                told = target.leaked(NARROW, said(answer)) if answer.status_code in REFUSED else []
                yield from (f"{path} names {spot} as it refuses" for spot in told)


def _references_sent(target: Target, view: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    path, own = f"/api/v1{view.list_url.rstrip('/')}", target.ids(view.model, "own")[0]
    version = version_of(target, view.model, own)
    for name, rel in references(target, view.model):
        for id in target.ids(rel, "foreign")[:2]:
            form = {"version": str(version), name: str(id), f"{name.split('-')[0]}-lines": "1"}
            many = {"id": str(own), "set": name, name: str(id), "step": "preview"}
            yield "POST", f"{view.list_url}{own}/edit", {"data": form}
            yield "POST", f"{view.list_url}bulk", {"data": many}
            yield "PATCH", f"{path}/{own}", {"json": {"version": version, name: id}}
            yield "POST", path, {"json": {name: id}}


def _versions_sent(target: Target, view: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    path, foreign = view.list_url.rstrip("/"), target.ids(view.model, "foreign")[0]
    for stale in ("0", "99"):
        sent = dict([taken(view.model)])
        yield "POST", f"{path}/{foreign}/edit", {"data": {**sent, "version": stale}}
        yield "PATCH", f"/api/v1{path}/{foreign}", {"json": {**sent, "version": int(stale)}}
