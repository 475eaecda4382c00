"""What is kept in stock, and each time that some of it came or went."""

from datetime import date

from addons.contacts.models import Contact
from core.api import (
    CharField,
    DateField,
    DateTimeField,
    Extend,
    ForeignKeyField,
    Model,
    MoneyField,
    QuantityField,
    RichTextField,
    StateField,
    TextField,
    TranslatedField,
    _,
    pgettext,
)


class Category(Model):
    """A kind of goods, which everybody reads in their own language."""

    name = TranslatedField(verbose_name=_("Name"))

    class Meta:
        search = ("name",)

    def __str__(self) -> str:
        return str(self.name)


class Item(Model):
    """Something that is kept in stock."""

    name = CharField(verbose_name=_("Name"))
    sku = CharField(unique=True, max_length=64, verbose_name=_("Code"))
    unit = StateField(
        "piece",
        "kilogram",
        "litre",
        titles=(_("piece"), _("kilogram"), _("litre")),
        verbose_name=_("Unit"),
    )
    category = ForeignKeyField(Category, null=True, backref="items", verbose_name=_("Category"))
    price = MoneyField(null=True, verbose_name=_("Price"))
    currency = StateField(
        "UZS", "USD", "JPY", titles=("UZS", "USD", "JPY"), verbose_name=_("Currency")
    )
    reorder_level = QuantityField(default=0, verbose_name=_("Order again below"))
    counted_at = DateTimeField(null=True, verbose_name=_("Counted at"))
    note = TextField(default="", verbose_name=_("Note"))
    description = RichTextField(default="", verbose_name=_("Description"))

    class Meta:
        key = "sku"
        search = ("name", "sku", "description")

    def __str__(self) -> str:
        return str(self.name)


class Move(Model):
    """Some of an item came from a supplier or went to a customer."""

    item = ForeignKeyField(Item, backref="moves", verbose_name=_("Item"))
    direction = StateField(
        "in",
        "out",
        titles=(pgettext("stock", "Comes in"), pgettext("stock", "Goes out")),
        verbose_name=_("Direction"),
    )
    quantity = QuantityField(verbose_name=_("Quantity"))
    contact = ForeignKeyField(Contact, null=True, backref="+", verbose_name=_("Contact"))
    day = DateField(default=date.today, verbose_name=_("Day"))
    state = StateField(
        "planned",
        "done",
        titles=(pgettext("stock", "Planned"), pgettext("stock", "Done")),
        verbose_name=_("State"),
    )

    class Meta:
        plural = _("Moves")

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.item}"


receiving = Extend(
    Contact,
    personal=("warehouse_hours",),
    warehouse_hours=CharField(null=True, max_length=64, verbose_name=_("Takes goods at")),
)
