"""Records as events of an iCalendar file: one for each day or time that stands in a field."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from icalendar import Event, vRecur

from core.data.fields import now
from core.errors import NotAllowed
from core.exchange.exports.gathering import Batch, Gathering
from core.i18n import _

BEGIN = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Karvon//Karvon//EN\r\nCALSCALE:GREGORIAN\r\n"
END = b"END:VCALENDAR\r\n"


class EventMaker:
    """Makes the events of a gathering. `field` says when each is, the first
    column what it is called; `url` is the address of the
    list, beneath which each record has its page.
    """

    def __init__(self, gathering: Gathering, field: str, url: str, is_yearly: bool) -> None:
        if field not in gathering.fields:
            raise NotAllowed(_("You may not export these records."))
        self.field, self.url, self.is_yearly = field, url, is_yearly
        self.name = gathering.names[0]
        self.stamp = now().replace(tzinfo=UTC)

    def texts(self, batches: Iterable[Batch]) -> Iterator[bytes]:
        """The file, event by event; records without a day are left out."""
        yield BEGIN
        for batch in batches:
            titles, times = batch.values[self.name], batch.values[self.field]
            for id, title, when in zip(batch.ids, titles, times, strict=True):
                if when is not None:
                    yield self._event(id, title, when)
        yield END

    def _event(self, id: int, title: Any, when: Any) -> bytes:
        event = Event()
        event.add("uid", f"{self.url}{id}#{self.field}")
        event.add("dtstamp", self.stamp)
        event.add("dtstart", when.replace(tzinfo=UTC) if isinstance(when, datetime) else when)
        event.add("summary", str(title or id).replace("\r", " "))
        event.add("url", f"{self.url}{id}")
        if self.is_yearly:
            event.add("rrule", vRecur(FREQ="YEARLY"))
        return bytes(event.to_ical())
