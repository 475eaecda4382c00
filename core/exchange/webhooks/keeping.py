"""Make, change, pause and remove webhooks; what does not fit is said by the name of its input."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.access.actors import actors_of
from core.access.lines import part_of
from core.background.http import check_url
from core.data.actor import acting_as
from core.data.audit import Value, note
from core.data.database import transaction
from core.data.fields import now
from core.data.history import CREATE, DELETE, UPDATE
from core.data.model import Model
from core.errors import NotAllowed, UserError
from core.exchange.selection import Ask, Selection
from core.exchange.webhooks.models import LONGEST_URL, Webhook, new_key, new_secret
from core.exchange.webhooks.subscribed import WORDS, queue_deliveries, webhooks_changed
from core.i18n import _
from core.modules.events import Event, named_events
from core.modules.registry import current_registry
from core.modules.transitions import TransitionMark

LONGEST_TITLE = 64
LONGEST_CONDITIONS = 4000
MOST_DEEP = 100
HIDDEN = "•••"


@dataclass(frozen=True)
class Typed:
    """What somebody typed into the form of a webhook."""

    title: str
    url: str
    events: tuple[str, ...]
    conditions: str
    user: int

    def faults(self) -> dict[str, str]:
        """{name of an input: what is wrong with it}. Looks the host up: not in a transaction."""
        said = {
            "title": _fault(self._check_title),
            "url": _fault(self._check_url),
            "events": _fault(self._check_events),
            "user": _fault(self._check_user),
        }
        found = {name: text for name, text in said.items() if text}
        if not found and (text := _fault(self._check_conditions)):
            found["conditions"] = text
        return found

    def _check_title(self) -> None:
        if not self.title or len(self.title) > LONGEST_TITLE or not self.title.isprintable():
            raise UserError(_("Give it a name of at most %(most)s letters.", most=LONGEST_TITLE))

    def _check_url(self) -> None:
        if len(self.url) > LONGEST_URL:
            raise UserError(_("The address is too long."))
        check_url(self.url)

    def _check_events(self) -> None:
        if not self.events:
            raise UserError(_("Choose at least one thing to hear of."))
        if set(self.events) - {name for each in offered() for name, _title in each.events}:
            raise UserError(_("One of the choices is there no more: choose again."))

    def _check_user(self) -> None:
        if self.user not in actors_of([self.user]):
            raise UserError(_("Choose a user who may log in."))

    def _check_conditions(self) -> None:
        where = read_conditions(self.conditions)
        if not where:
            return
        models = {name.partition(" ")[0] for name in self.events}
        if len(models) != 1 or not all(" " in name for name in self.events):
            raise UserError(_("A filter fits records of one kind: choose events of one kind only."))
        actor = actors_of([self.user])[self.user]
        with acting_as(actor):
            Selection(current_registry().model(models.pop()), Ask(where=where))

    def values(self) -> dict[str, Any]:
        where = read_conditions(self.conditions)
        return {
            **{"title": self.title, "url": self.url, "user": self.user},
            "events": json.dumps(sorted(self.events)),
            "conditions": json.dumps(where, ensure_ascii=False) if where else "",
        }


def _fault(check: Any) -> str:
    try:
        check()
    except (UserError, NotAllowed) as error:
        return str(error)
    return ""


def read_conditions(text: str) -> tuple[Any, ...]:
    """A filter as the API takes it: one [field, operator, value], or a list of them."""
    if not text.strip():
        return ()
    try:
        given = json.loads(text[:LONGEST_CONDITIONS])
    except (ValueError, RecursionError) as error:
        raise UserError(_("A filter is a list such as [“city”, “=”, “Tashkent”].")) from error
    if not isinstance(given, list) or not given or text.count("[") > MOST_DEEP:
        raise UserError(_("A filter is a list such as [“city”, “=”, “Tashkent”]."))
    return (given,) if isinstance(given[0], str) else tuple(given)


@dataclass(frozen=True)
class Offered:
    """The events of one kind of records, or of one addon, as (name, title)."""

    title: Any
    events: Sequence[tuple[str, Any]]


TITLES = {
    "created": _("when created"),
    "updated": _("when changed"),
    "archived": _("when archived"),
}


def offered(titles: dict[type[Model], Any] | None = None) -> list[Offered]:
    """All that the current actor can be told; `titles` are what screens call the models."""
    registry = current_registry()
    found = []
    for name, model in sorted(registry.by_name.items()):
        if part_of(model) is None and (titles is None or model in titles):
            events = [(f"{name} {word}", TITLES[word]) for word in WORDS.values()]
            found.append(Offered((titles or {}).get(model, name), events))
    asked = {id(each.mark.before) for each in registry.marked_by(TransitionMark)}
    by_addon: dict[str, list[tuple[str, Any]]] = {}
    for name, event in named_events().items():
        if id(event) not in asked and _tells_of_records(event):
            by_addon.setdefault(name.partition(".")[0], []).append((name, event.text))
    found += [Offered(_(registry.addons[key].title), by_addon[key]) for key in by_addon]
    return found


def _tells_of_records(event: Event) -> bool:
    kinds = event.signature.values()
    return any(isinstance(kind, type) and issubclass(kind, Model) for kind in kinds)


def make(typed: Typed, owner: int) -> tuple[Webhook, str]:
    """The new webhook, and its secret, which is told this once."""
    key = new_key()
    secret, sealed = new_secret(key)
    with transaction():
        hook = Webhook.create(key=key, owner=owner, secret=sealed, **typed.values())
        _tell(hook, CREATE, [(name, None, value) for name, value in typed.values().items()])
        webhooks_changed()
    return hook, secret


def change(hook: Webhook, typed: Typed) -> None:
    held = {**hook.__data__}
    told = [(n, held[n], value) for n, value in typed.values().items() if held[n] != value]
    with transaction():
        Webhook.update(**typed.values()).where(Webhook.id == hook.id).execute()
        _tell(hook, UPDATE, told)
        webhooks_changed()


def renew_secret(hook: Webhook) -> str:
    """Another secret; what is sent from now on is signed by it."""
    secret, sealed = new_secret(str(hook.key))
    with transaction():
        Webhook.update(secret=sealed).where(Webhook.id == hook.id).execute()
        _tell(hook, UPDATE, [("secret", HIDDEN, HIDDEN)])
    return secret


def pause(hook: Webhook) -> None:
    """Send nothing more, and note nothing down to be sent."""
    with transaction():
        Webhook.update(paused_at=now(), reason="").where(Webhook.id == hook.id).execute()
        _tell(hook, UPDATE, [("is_paused", False, True)])
        webhooks_changed()


def go_on(hook: Webhook) -> None:
    """Send again, first what still waits."""
    fresh = {"paused_at": None, "reason": "", "failures": 0, "due_at": now()}
    with transaction():
        Webhook.update(**fresh).where(Webhook.id == hook.id).execute()
        _tell(hook, UPDATE, [("is_paused", True, False)])
        webhooks_changed()
        queue_deliveries(hook.id)


def remove(hook: Webhook) -> None:
    """Forget the webhook and what it was sent."""
    with transaction():
        hook.delete_instance()
        _tell(hook, DELETE, [("title", hook.title, None), ("url", hook.url, None)])
        webhooks_changed()


def _tell(hook: Webhook, action: str, values: Sequence[Value]) -> None:
    """Data leaves the company by it: the history knows who lets it, and whereto."""
    note(action, (Webhook._meta.table_name, hook.id), values)
