"""The clock: queue each job of a period once, however many workers look at it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core import clock
from core.background.jobs.declared import JobMark, jobs_of
from core.background.jobs.models import Schedule
from core.config import Locale
from core.data.actor import Actor, acting_as, system
from core.data.database import transaction
from core.modules.declared import Marked
from core.modules.registry import Registry


def period_of(mark: JobMark, moment: datetime, zone: str) -> int | None:
    """A number that grows by one whenever the job is due; None for one without a clock."""
    if mark.every is not None:
        return int(moment.timestamp() // mark.every.total_seconds())
    if mark.at is None:
        return None
    there = moment.astimezone(ZoneInfo(zone))
    return there.date().toordinal() - (there.time() < mark.at)


def queue_what_is_due(
    registry: Registry, locale: Locale, moment: datetime | None = None
) -> list[str]:
    """Queue the jobs whose period began since the last look; answers their names. What was missed
    meanwhile is done once; what is met for the first time waits for its next period.
    """
    moment = moment or clock.utc_now()
    known = dict(Schedule.select(Schedule.name, Schedule.period).tuples())
    queued = []
    for name, found in jobs_of(registry).items():
        period = period_of(found.mark, moment, locale.zone)
        if period is None or known.get(name, -1) >= period:
            continue
        if name not in known:
            Schedule.insert(name=name, period=period).on_conflict_ignore().execute()
        elif _queue(name, found, period, locale):
            queued.append(name)
    return queued


def _queue(name: str, found: Marked[JobMark], period: int, locale: Locale) -> bool:
    older = (Schedule.name == name) & (Schedule.period < period)
    nobody = Actor(name=name, language=locale.language, zone=locale.zone)
    with transaction():
        if not Schedule.update(period=period).where(older).execute():
            return False  # another worker was faster
        with acting_as(nobody), system(name):
            found.function.later()  # type: ignore[attr-defined]  # as the decorator made it
    return True
