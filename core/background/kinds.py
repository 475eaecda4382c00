"""The core's own kinds of notices, and the channel that every user has."""

from core.access.models import User
from core.background.choices import APP, Channel, NoticeKind
from core.background.notices import Notice
from core.i18n import _

told = NoticeKind("core.told", _("Other notices"))
mentioned = NoticeKind("core.mentioned", _("Somebody mentioned you"), channels=(APP, "mail"))
commented = NoticeKind("core.commented", _("A comment on a record that you follow"))
changed = NoticeKind("core.changed", _("A change of a record that you follow"), once=True)


class App(Channel):
    """The bell in the top bar."""

    name = APP
    title = _("In Karvon")

    def send(self, user: User, notice: Notice) -> None:
        """A notice stands under the bell as soon as it is written."""
