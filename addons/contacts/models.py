"""Who the company deals with, and how to reach them."""

from typing import ClassVar

from core.api import (
    BooleanField,
    CharField,
    DateField,
    EmailField,
    FirstTelephoneField,
    ForeignKeyField,
    Model,
    NormalEmailField,
    NormalTelephoneField,
    StateField,
    TaxNumberField,
    Team,
    TelephoneField,
    TextField,
    User,
    _,
    pgettext,
)


class Tag(Model):
    """A word by which contacts are grouped."""

    name = CharField(unique=True, max_length=64, verbose_name=_("Name"))

    def __str__(self) -> str:
        return str(self.name)


class Contact(Model):
    """A company, or a person: somebody's employee or a customer alone."""

    name = CharField(verbose_name=_("Name"))
    kind = StateField(
        "company", "person", titles=(_("Company"), _("Person")), verbose_name=_("Kind")
    )
    is_customer = BooleanField(default=False, verbose_name=_("Customer"))
    is_supplier = BooleanField(default=False, verbose_name=_("Supplier"))
    is_other = BooleanField(default=False, verbose_name=_("Other relation"))
    parent = ForeignKeyField("self", null=True, backref="people", verbose_name=_("Works at"))
    job = CharField(default="", verbose_name=_("Job"))
    telephone = FirstTelephoneField(
        "telephones", "number", unless=("kind", "fax"), verbose_name=_("Telephone")
    )
    telegram = CharField(default="", max_length=64, verbose_name=_("Telegram"))
    address = CharField(default="", verbose_name=_("Address"))
    city = CharField(default="", max_length=128, verbose_name=_("City"))
    region = CharField(default="", max_length=128, verbose_name=_("Region"))
    postal_code = CharField(default="", max_length=32, verbose_name=_("Postal code"))
    country = CharField(default="", max_length=64, verbose_name=_("Country"))
    language = StateField(
        "uz",
        "uz-Cyrl",
        "ru",
        "en",
        titles=("Oʻzbekcha", "Ўзбекча", "Русский", "English"),
        default="",
        verbose_name=_("Language"),
    )
    channel = StateField(
        "phone",
        "telegram",
        "email",
        "visit",
        "mail",
        titles=(
            _("Telephone"),
            _("Telegram"),
            _("E-mail"),
            _("Visit"),
            pgettext("channel", "Post"),
        ),
        default="",
        verbose_name=_("Preferred channel"),
    )
    greeting = CharField(default="", verbose_name=_("Greeting"))
    status = StateField(
        "lead",
        "active",
        "regular",
        "quiet",
        "closed",
        titles=(
            _("Lead"),
            pgettext("contact", "Active"),
            _("Regular buyer"),
            _("Quiet"),
            pgettext("contact", "Closed"),
        ),
        default="active",
        verbose_name=_("Status"),
    )
    tax_id = TaxNumberField(default="", max_length=32, verbose_name=_("Tax id (STIR)"))
    bank_account = CharField(default="", max_length=64, verbose_name=_("Bank account"))
    bank_code = CharField(default="", max_length=16, verbose_name=_("Bank code (MFO)"))
    birthday = DateField(null=True, verbose_name=_("Birthday"))
    owner = ForeignKeyField(
        User, null=True, backref="+", index=False, verbose_name=_("Responsible")
    )
    team = ForeignKeyField(Team, null=True, backref="+", index=False, verbose_name=_("Team"))
    reference = CharField(null=True, unique=True, verbose_name=_("Reference"))
    note = TextField(default="", verbose_name=_("Note"))

    class Meta:
        key = "reference"
        search = (
            "name",
            "telegram",
            "city",
            "tax_id",
            "reference",
            "telephones.number",
            "telephones.normal",
            "emails.address",
        )
        personal = (
            *("name", "job", "telegram", "address", "city", "region", "postal_code", "country"),
            *("language", "channel", "greeting", "tax_id", "bank_account", "bank_code"),
            *("birthday", "reference", "note"),
        )
        personal_when: ClassVar[dict[str, str]] = {"kind": "person"}

    def __str__(self) -> str:
        return str(self.name)


class Telephone(Model):
    """One number of a contact, as it was given."""

    contact = ForeignKeyField(Contact, backref="telephones")
    kind = StateField(
        "mobile",
        "work",
        "fax",
        titles=(_("Mobile"), pgettext("telephone", "Work"), _("Fax")),
        verbose_name=_("Kind"),
    )
    number = TelephoneField(verbose_name=_("Number"))
    normal = NormalTelephoneField(of="number")

    class Meta:
        part_of = "contact"
        plural = _("Telephones")
        personal = ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Email(Model):
    """One e-mail address of a contact, as it was given."""

    contact = ForeignKeyField(Contact, backref="emails")
    address = EmailField(verbose_name=_("Address"))
    normal = NormalEmailField(of="address")

    class Meta:
        part_of = "contact"
        plural = _("E-mails")
        personal = ("address",)

    def __str__(self) -> str:
        return str(self.address)


class ContactTag(Model):
    """That a contact carries a tag."""

    contact = ForeignKeyField(Contact, backref="tags")
    tag = ForeignKeyField(Tag, backref="+")

    class Meta:
        part_of = "contact"
        plural = _("Tags")
        personal = ("tag",)
        indexes = ((("contact", "tag"), True),)

    def __str__(self) -> str:
        return str(self.tag)
