"""What the rows of a rule come to for one record: said for a dry run, and then done."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from addons.studio.choices import ADDRESS, AUTHOR, CREATOR, OWNER, PERSON, ROLE
from addons.studio.events import calling
from addons.studio.models import Action, Rule
from addons.studio.values import name_in, stored_text
from core.api import (
    Model,
    Text,
    User,
    UserError,
    _,
    fields_seen,
    filled_text,
    holders_of,
    notify,
    plain_records,
    send_mail,
    set_fields,
)


@dataclass(frozen=True)
class Step:
    """One thing to be done: in words, and how."""

    text: Text
    do: Callable[[], Any]


def steps_of(rule: Rule, record: Model) -> list[Step]:
    """What the rule would do with a record, under the rights of the actor. Raises `UserError` for
    what it could not.
    """
    made = Made(rule, record)
    rows = rule.actions.order_by(Action.id)
    return [KINDS[str(action.kind)](made, action) for action in rows]


class Made:
    """What the steps of one record have in common: its facts as texts may name them."""

    def __init__(self, rule: Rule, record: Any) -> None:
        self.rule = rule
        self.record = record
        self.model = type(record)
        self.fields = fields_seen(self.model)
        self.plain = plain_records(self.model, [record.id]).get(record.id, {})
        self.lines = {n: v for n, v in self.plain.items() if isinstance(v, list)}
        self.facts = {n: self._said(n, v) for n, v in self.plain.items() if n not in self.lines}

    def text(self, source: str) -> str:
        return filled_text(source, {"record": self.facts, "rule": {"name": self.rule.name}})

    def _said(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return value["name"] or ""
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        field = self.fields.get(name, (None, None))[1]
        titles = dict(getattr(field, "choices", None) or ())
        return "" if value is None else str(titles.get(value, value))

    def people(self, to: str) -> list[int]:
        """The ids of the users that `to` stands for."""
        if to.startswith(ROLE):
            return holders_of(to.removeprefix(ROLE))
        if to.startswith(PERSON):
            return [int(to.removeprefix(PERSON))]
        values = {
            OWNER: self.record.__data__.get("owner") if "owner" in self.facts else None,
            CREATOR: self.record.__data__.get("created_by"),
            AUTHOR: self.rule.__data__.get("updated_by"),
        }
        return [values[to]] if values.get(to) else []

    def addresses(self) -> list[str]:
        """The e-mail address that stands in the record, or in its lines."""
        own = [str(self.facts[name]) for name in ("email", "address") if _at(self.facts.get(name))]
        lines = [str(v) for some in self.lines.values() for line in some for v in line.values()]
        return (own or [text for text in lines if _at(text)])[:1]


def _at(text: Any) -> bool:
    return isinstance(text, str) and "@" in text and " " not in text


def notice(made: Made, action: Action) -> Step:
    text = made.text(str(action.text) or "{{ rule.name }}")
    people = made.people(str(action.to))

    def do() -> None:
        for id in people:
            notify(id, text, about=made.record, kind="studio.told")

    return Step(_("Notice to %(who)s: %(text)s", who=_named(people), text=text), do)


def field(made: Made, action: Action) -> Step:
    name = name_in(str(action.field))
    if name not in made.fields:
        raise UserError(_("There is no field “%(name)s” that you see.", name=name))
    title, column = made.fields[name]
    text = stored_text(column, made.text(str(action.text)))

    def do() -> None:
        set_fields(made.record, {name: text})

    return Step(_("%(title)s becomes “%(value)s”", title=title, value=text), do)


def mail(made: Made, action: Action) -> Step:
    subject, text = made.text(str(action.subject)), made.text(str(action.text))
    to = str(action.to)
    people = [] if to == ADDRESS else made.people(to)
    addresses = made.addresses() if to == ADDRESS else []

    def do() -> None:
        for id in people:
            send_mail(User(id=id), subject, text, about=made.record)
        for address in addresses:
            send_mail(address, subject, text)

    who = ", ".join(addresses) or _named(people)
    return Step(_("Mail to %(who)s: %(subject)s", who=who, subject=subject), do)


def webhook(made: Made, action: Action) -> Step:
    """What the author sees of the record goes to another program, by a job of its own."""
    url = urlsplit(str(action.subject))
    call_body(made, action)  # what cannot be written is said before anything is done

    def do() -> None:
        calling(action=action.id, record=made.record.id)

    return Step(_("Call of %(url)s", url=f"{url.scheme}://{url.hostname}"), do)


def call_body(made: Made, action: Action) -> Any:
    """What another program is told, as JSON has it."""
    text = made.text(str(action.text))
    body = {"rule": str(made.rule.name), "text": text, "record": made.plain}
    return json.loads(json.dumps(body, default=str))


def _named(people: list[int]) -> Any:
    names = [name for (name,) in User.select(User.name).where(User.id.in_(people)).tuples()]
    return ", ".join(sorted(names)) or _("nobody")


KINDS: dict[str, Callable[[Made, Action], Step]] = {
    "notice": notice,
    "field": field,
    "mail": mail,
    "webhook": webhook,
}
