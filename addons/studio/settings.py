"""What an administrator sets of the studio."""

from core.api import IntegerField, Settings, _


class StudioSettings(Settings):
    """How long it is remembered what rules did."""

    title = _("Rules")
    days = IntegerField(default=90, verbose_name=_("The log of rules is kept for so many days"))
