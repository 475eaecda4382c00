"""What an administrator sets for the warehouse."""

from core.api import BooleanField, CharField, SecretField, Settings, _


class WarehouseSettings(Settings):
    """The terminal that reads labels, and what a keeper is asked."""

    title = _("Terminal")
    terminal = CharField(max_length=64, default="", verbose_name=_("Name of the terminal"))
    terminal_key = SecretField(_("Key of the terminal"))
    ask_when_short = BooleanField(
        default=True, verbose_name=_("Ask before more goes out than there is")
    )
