"""What an administrator sets for the warehouse, and each keeper for themselves."""

from core.api import BooleanField, CharField, SecretField, Settings, _


class WarehouseSettings(Settings):
    """The terminal that reads labels, what a keeper is asked, and what visitors are told."""

    title = _("Shelves and gate")
    hours = CharField(max_length=64, default="9:00–18:00", verbose_name=_("Goods are taken at"))
    terminal = CharField(max_length=64, default="", verbose_name=_("Name of the terminal"))
    terminal_key = SecretField(_("Key of the terminal"))
    ask_when_short = BooleanField(
        default=True, verbose_name=_("Ask before more goes out than there is")
    )


class KeeperSettings(Settings):
    """What each keeper sets for themselves: a page in the menu of their name."""

    per_user = True
    title = _("In the warehouse")
    signature = CharField(max_length=64, default="", verbose_name=_("How I sign a waybill"))
    pin = SecretField(_("My code at the terminal"))
