"""Whoever is to stand in for a colleague is told so."""

from core.access.models import Cover
from core.background.choices import APP, NoticeKind
from core.background.notices import notify
from core.data.actor import current_user_id
from core.i18n import _
from core.modules.events import created, on

stands_in = NoticeKind("core.stands_in", _("You stand in for a colleague"), channels=(APP, "mail"))


@on(created(Cover))
def tell_substitute(record: Cover) -> None:
    """A notice to whoever stands in, unless they arranged it themselves."""
    if record.substitute_id != current_user_id():
        days = {"first": f"{record.starts_on:%d.%m.%Y}", "last": f"{record.ends_on:%d.%m.%Y}"}
        said = _(
            "%(name)s is away from %(first)s to %(last)s: you stand in for them.",
            name=record.user.name,
            **days,
        )
        notify(record.substitute_id, said, kind=stands_in.name, url="/account/away")
