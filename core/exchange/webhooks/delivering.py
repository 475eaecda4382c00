"""Send what waits for a webhook: in order, again after a growing while, paused when in vain."""

import time
from datetime import timedelta

from core.background import http
from core.background.http import Answer
from core.background.jobs.declared import job
from core.background.jobs.queue import FIRST_DELAY, LONGEST_DELAY
from core.background.notices import notify
from core.data.database import transaction
from core.data.fields import now
from core.errors import KarvonError, UserError
from core.exchange.webhooks.models import (
    ARRIVED,
    FAILED,
    PING,
    WAITING,
    Delivery,
    Received,
    Webhook,
)
from core.exchange.webhooks.payloads import headers, payload
from core.i18n import _
from core.modules.lifecycle import next_generation

ATTEMPTS = 8  # of one delivery, about four hours
MOST_FAILURES = 15  # of a webhook in a row, then it is paused
AT_ONCE = 30.0  # seconds of one run of the job, so that others get their turn
KEPT = timedelta(days=30)
LONGEST_ERROR = 500
LARGEST_ANSWER = 64 * 1024
PASSING = (408, 425, 429)  # below 500, but no judgement of what was sent


@job(
    key=lambda webhook: f"webhook {webhook}", atomic=False, title=_("A webhook is told what waits")
)
def deliver(webhook: int) -> int:
    """Send what is due for the webhook, the oldest first; answers how much arrived."""
    arrived = 0
    end = time.monotonic() + AT_ONCE
    while (hook := Webhook.get_or_none(Webhook.id == webhook)) is not None:
        delivery = _next(hook)
        if delivery is None:
            break
        if time.monotonic() > end:
            deliver.later(webhook=webhook)
            break
        arrived += _send(hook, delivery)
    return arrived


def _next(hook: Webhook) -> Delivery | None:
    due = (Delivery.webhook == hook.id) & (Delivery.state == WAITING) & (Delivery.due_at <= now())
    if hook.paused_at is not None or hook.due_at > now():
        due &= Delivery.event == PING
    found: Delivery | None = Delivery.select().where(due).order_by(Delivery.id).first()
    return found


def _send(hook: Webhook, delivery: Delivery) -> bool:
    try:
        body = _body(hook, delivery)
        if body is None:
            return False
        answer = http.post(
            str(hook.url),
            body=body,
            headers=headers(hook, delivery, body),
            largest=LARGEST_ANSWER,
        )
    except KarvonError as error:
        _failed(hook, delivery, None, str(error))
        return False
    if not answer.is_ok:
        _failed(hook, delivery, answer, "")
        return False
    with transaction():
        done = {"state": ARRIVED, "status": answer.status, "error": "", "ended_at": now()}
        Delivery.update(attempts=Delivery.attempts + 1, **done).where(
            Delivery.id == delivery.id
        ).execute()
        Webhook.update(failures=0).where(Webhook.id == hook.id).execute()
    return True


def _body(hook: Webhook, delivery: Delivery) -> bytes | None:
    """What is sent, the same at each try; None for what is not for the user of the webhook."""
    if delivery.body is not None:
        return str(delivery.body).encode()
    with transaction():
        # Whoever changes the record now adds to this delivery first, or makes another one.
        mine = (Delivery.id == delivery.id) & Delivery.body.is_null()
        if not Delivery.update(state=WAITING).where(mine).execute():
            return None
        body = payload(hook, Delivery.get_by_id(delivery.id))
        if body is None:
            Delivery.delete().where(mine).execute()
            return None
        Delivery.update(body=body).where(mine).execute()
    return body.encode()


def _failed(hook: Webhook, delivery: Delivery, answer: Answer | None, error: str) -> None:
    status = answer.status if answer else None
    attempts, failures = delivery.attempts + 1, hook.failures + 1
    is_last = attempts >= ATTEMPTS
    with transaction():
        Delivery.update(
            attempts=attempts,
            status=status,
            error=error[:LONGEST_ERROR],
            state=FAILED if is_last else WAITING,
            due_at=now() + _delay(attempts),
            ended_at=now() if is_last else None,
        ).where(Delivery.id == delivery.id).execute()
        values = {"failures": failures}
        # Who judges what they are sent can take the next one; who is away cannot.
        if status is None or status >= 500 or status in PASSING:
            values["due_at"] = now() + _delay(failures)
        Webhook.update(**values).where(Webhook.id == hook.id).execute()
        if failures >= MOST_FAILURES and hook.paused_at is None:
            _pause(hook, error or str(_("it answered %(status)s", status=status)))


def _delay(failures: int) -> timedelta:
    grown: timedelta = FIRST_DELAY * 4 ** min(failures - 1, 10)
    return min(grown, LONGEST_DELAY)


def _pause(hook: Webhook, reason: str) -> None:
    said = reason[:LONGEST_ERROR]
    Webhook.update(paused_at=now(), reason=said).where(Webhook.id == hook.id).execute()
    next_generation()
    notify(
        hook.owner_id,
        _("The webhook %(title)s was paused: %(reason)s", title=hook.title, reason=said),
        kind="core.webhook",
        url=f"/webhooks/{hook.id}",
    )


@job(every="1 minute")
def deliver_what_waits() -> int:
    """Take up what is due again; answers for how many webhooks."""
    due = (Delivery.state == WAITING) & (Delivery.due_at <= now())
    ready = Webhook.paused_at.is_null() & (Webhook.due_at <= now())
    waiting = Delivery.select(Delivery.webhook).join(Webhook).where(due, ready).distinct()
    ids = [id for (id,) in waiting.tuples()]
    for id in ids:
        deliver.later(webhook=id)
    return len(ids)


@job(at="03:40")
def forget_deliveries() -> int:
    """Throw away what was sent and came in 30 days ago; answers how much was sent."""
    Received.delete().where(Received.at < now() - KEPT).execute()
    return int(Delivery.delete().where(Delivery.at < now() - KEPT).execute())


def send_again(delivery: Delivery) -> None:
    """Let a delivery go out once more as it was, under the same key."""
    if delivery.state == WAITING:
        raise UserError(_("This delivery waits to be sent anyway."))
    with transaction():
        again = {"state": WAITING, "attempts": 0, "due_at": now(), "ended_at": None}
        Delivery.update(**again).where(Delivery.id == delivery.id).execute()
        Webhook.update(due_at=now()).where(Webhook.id == delivery.webhook_id).execute()
        deliver.later(webhook=delivery.webhook_id)


def ping(hook: Webhook, key: str) -> None:
    """Send a delivery that says nothing, to see whether it arrives; also while it is paused."""
    with transaction():
        Delivery.create(webhook=hook.id, key=key, event=PING, records="{}")
        deliver.later(webhook=hook.id)
