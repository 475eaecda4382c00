"""The core's own kinds of notices and channels."""

from core.access.models import User
from core.access.policy import current_policy
from core.background.choices import APP, Channel, NoticeKind
from core.background.mail.sending import send_mail
from core.background.mail.server import post
from core.background.notices import Notice
from core.data.actor import current_actor
from core.data.hiding import called
from core.data.model import Model
from core.i18n import _

told = NoticeKind("core.told", _("Other notices"))
mentioned = NoticeKind("core.mentioned", _("Somebody mentioned you"), channels=(APP, "mail"))
commented = NoticeKind("core.commented", _("A comment on a record that you follow"))
changed = NoticeKind("core.changed", _("A change of a record that you follow"), once=True)
webhook = NoticeKind("core.webhook", _("A webhook of yours was paused"), channels=(APP, "mail"))


class App(Channel):
    """The bell in the top bar."""

    name = APP
    title = _("In Karvon")

    def send(self, user: User, notice: Notice, about: Model | None) -> None:
        """A notice stands under the bell as soon as it is written."""


class ByMail(Channel):
    """To the address of the user."""

    name = "mail"
    title = _("By e-mail")

    @classmethod
    def is_ready(cls) -> bool:
        return post().is_open

    def send(self, user: User, notice: Notice, about: Model | None) -> None:
        """A mail that leads to where the notice leads."""
        title = f"{notice.text}: {name_of(about)}" if about is not None else str(notice.text)
        choices = f"{post().base_url}/notices/choices"
        footer = _("Choose which notices come by e-mail: %(url)s", url=choices)
        send_mail(user, title, title, f"/notices/{notice.id}", footer, about)


def name_of(record: Model) -> str:
    """What a record is called, as far as the current actor may know it."""
    hidden = current_policy().fields(type(record), current_actor(), "r") or frozenset()
    return called(record, hidden)
