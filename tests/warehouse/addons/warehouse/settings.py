"""What an administrator sets for the warehouse, and each keeper for themselves."""

from core.api import BooleanField, CharField, SecretField, Settings, _


class WarehouseSettings(Settings):
    """The terminal that reads labels, the carrier, what a keeper is asked and visitors are told."""

    title = _("Shelves and gate")
    hours = CharField(max_length=64, default="9:00–18:00", verbose_name=_("Goods are taken at"))
    terminal = CharField(max_length=64, default="", verbose_name=_("Name of the terminal"))
    terminal_key = SecretField(_("Key of the terminal"))
    carrier_url = CharField(default="", verbose_name=_("Address of the carrier’s price list"))
    carrier_key = SecretField(_("Key that the carrier gave us"))
    ask_when_short = BooleanField(
        default=True, verbose_name=_("Ask before more goes out than there is")
    )


class KeeperSettings(Settings):
    """What each keeper sets for themselves: a page in the menu of their name."""

    per_user = True
    title = _("In the warehouse")
    signature = CharField(max_length=64, default="", verbose_name=_("How I sign a waybill"))
    pin = SecretField(_("My code at the terminal"))
