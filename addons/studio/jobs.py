"""What rules do after the request, and by the clock."""

from datetime import date, timedelta

from addons.studio.models import Rule, Run
from addons.studio.running import call_of, found_by, going_on, lose, run, was_run
from addons.studio.settings import StudioSettings
from core.api import (
    KarvonError,
    UserError,
    _,
    among,
    erase_fields,
    http,
    job,
    local_now,
    now,
    on_behalf_of,
    today,
)

CALLS = 6  # tries
LATEST = 2  # days for which a rule catches up when nobody worked


def key_of(rule: int, record: int, mark: str, **others: object) -> str:
    """A rule does its work once with a record on one occasion."""
    return f"studio {rule} {record} {mark}"


@job(attempts=3, key=key_of, title=_("A rule at work"))
def run_rule(
    rule: int, record: int, mark: str, day: str, chain: list[int], changed: list[str]
) -> None:
    """Do what a rule does with one record, as its author."""
    found = Rule.reached(rule)
    if found is None:
        lose(rule, _("Its author may not use the studio any more."))
    elif found.state == "active" and found.archived_at is None and not was_run(found, record, mark):
        with going_on(chain):
            run(found, record, mark, date.fromisoformat(day), set(changed))


def queue(rule: Rule, record: int, mark: str, chain: tuple[int, ...], changed: set[str]) -> None:
    """Let a rule work on a record after the commit, as its author; one that has none is paused."""
    with on_behalf_of(rule.__data__["updated_by"]) as author:
        if author is None:
            lose(rule.id, _("Its author cannot log in any more: save it as your own."))
            return
        run_rule.later(
            rule=rule.id,
            record=record,
            mark=mark,
            day=mark if rule.event == "date" else today().isoformat(),
            chain=list(chain),
            changed=sorted(changed),
        )


class NotTaken(KarvonError):
    """The other server did not take what was sent; it is tried again."""


@job(attempts=CALLS, title=_("A call of another program"))
def call(action: int, record: int) -> None:
    """Send a record to another program, outside of any transaction, as its author sees it now: the
    book of jobs holds neither the address, which may have a secret in it, nor the record.
    """
    made = call_of(action, record)
    if made is None:
        return
    url, body = made
    answer = http.post(url, json=body)
    if not answer.is_ok:
        raise NotTaken(_("The server answered %(status)s.", status=answer.status))


@job(every="10 minutes", key="studio.look_at_days")
def look_at_days() -> None:
    """Queue what rules do on days: once for each record, rule and day."""
    rules = Rule.select().where(
        Rule.event == "date", Rule.state == "active", Rule.archived_at.is_null()
    )
    for rule in rules.order_by(Rule.id):
        for back in range(LATEST, -1, -1):
            _look_at(rule, back)


def _look_at(rule: Rule, back: int) -> None:
    """One rule, for the day that was `back` days ago. A rule does not look back before it was as
    it is.
    """
    with on_behalf_of(rule.__data__["updated_by"]) as author:
        here = local_now()
        day = here.date() - timedelta(days=back)
        if author is None:
            lose(rule.id, _("Its author cannot log in any more: save it as your own."))
            return
        if (not back and here.hour < rule.hour) or day < rule.updated_at.date():
            return
        try:
            records = found_by(rule, day)
        except UserError as error:
            lose(rule.id, error)
            return
        for record in records:
            if not was_run(rule, record, day.isoformat()):
                queue(rule, record, day.isoformat(), (), set())


@job(at="03:30", key="studio.forget_runs")
def forget_runs() -> int:
    """Take what is older than the log is kept out of it; answers how many rows that were. What they
    said of records goes first, lest the history keeps it.
    """
    oldest = now() - timedelta(days=StudioSettings.get().days)
    old = [id for (id,) in Run.select(Run.id).where(Run.created_at < oldest).tuples()]
    erase_fields(Run, old, ("text",))
    return Run.delete().where(among(Run.id, old)).execute()
