"""What rules tell. It is heard as the system: nobody writes the book of runs by hand."""

from addons.studio.models import Rule
from core.api import Event, NoticeKind, _

ran = Event(
    _("A rule did what it does with one record, or failed to."),
    rule=Rule,
    record=int,
    mark=str,
    outcome=str,
    said=str,
)
calling = Event("A rule calls another program.", action=int, record=int)
stuck = Event("A rule cannot go on, as it is said.", rule=int, said=str)

told = NoticeKind("studio.told", _("What a rule tells you"))
paused = NoticeKind("studio.paused", _("A rule of yours was paused"), channels=("app", "mail"))
