"""Who works here: users, their teams and roles, and the organizations they work for."""

from core.data.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    EmailField,
    ForeignKeyField,
    IntegerField,
    StateField,
    TaxNumberField,
    TelephoneField,
    TextField,
    now,
)
from core.data.internal import Internal
from core.data.model import Model
from core.i18n import LANGUAGE_NAMES, _, pgettext


class User(Model):
    """Somebody who can log in: an employee, or a customer at the portal."""

    login = CharField(unique=True, verbose_name=_("Login name"))
    name = CharField(index=True, verbose_name=pgettext("person", "Name"))
    email = EmailField(null=True, verbose_name=_("E-mail"))
    telephone = TelephoneField(null=True, verbose_name=_("Telephone"))
    kind = StateField(
        "staff", "portal", titles=(_("Employee"), _("Customer")), verbose_name=_("Kind")
    )
    contact_id = IntegerField(null=True, index=True, verbose_name=_("Contact"))
    language = CharField(
        max_length=16,
        null=True,
        choices=tuple(LANGUAGE_NAMES.items()),
        verbose_name=_("Language"),
    )
    zone = CharField(max_length=64, null=True, verbose_name=_("Time zone"))
    is_active = BooleanField(default=True, verbose_name=_("Active"))

    class Meta:
        search = ("name", "login", "email", "telephone")
        personal = ("name", "login", "email", "telephone", "language", "zone")

    def __str__(self) -> str:
        return str(self.name)


class RoleField(CharField):
    """The name of a role; people read its title."""


class UserRole(Model):
    """One role that a user holds, by its name."""

    user = ForeignKeyField(User, backref="roles")
    role = RoleField(max_length=64, verbose_name=_("Role"))

    class Meta:
        part_of = "user"
        plural = _("Roles")
        indexes = ((("user", "role"), True),)
        of_addon = "role"

    def __str__(self) -> str:
        return str(self.role)


class Team(Model):
    """People who share customers and work, with one who leads them."""

    code = CharField(unique=True, max_length=64, verbose_name=_("Code"))
    name = CharField(verbose_name=_("Name"))
    leader = ForeignKeyField(User, null=True, backref="led_teams", verbose_name=_("Leader"))

    def __str__(self) -> str:
        return str(self.name)


class TeamMember(Model):
    """That a user belongs to a team."""

    team = ForeignKeyField(Team, backref="members")
    user = ForeignKeyField(User, backref="memberships", verbose_name=_("Employee"))

    class Meta:
        part_of = "team"
        plural = _("Members")
        indexes = ((("team", "user"), True),)

    def __str__(self) -> str:
        return f"{self.team}: {self.user}"


class Organization(Model):
    """A company of our own: the seller on every order and paper. An instance may hold several."""

    name = CharField(verbose_name=_("Name"))
    tax_id = TaxNumberField(null=True, max_length=32, verbose_name=_("Tax id (STIR)"))
    vat_code = CharField(null=True, max_length=32, verbose_name=_("VAT code"))
    bank_code = CharField(null=True, max_length=16, verbose_name=_("Bank code (MFO)"))
    bank_accounts = TextField(null=True, verbose_name=_("Bank accounts"))
    address = TextField(null=True, verbose_name=_("Address"))
    director = CharField(null=True, verbose_name=_("Director"))
    accountant = CharField(null=True, verbose_name=_("Accountant"))
    currency = CharField(max_length=3, default="UZS", verbose_name=_("Currency"))
    zone = CharField(max_length=64, default="Asia/Tashkent", verbose_name=_("Time zone"))

    def __str__(self) -> str:
        return str(self.name)


class Credential(Internal):
    """What proves that somebody is a user. Apart from `User`, so that no read can reach it."""

    user = ForeignKeyField(User, unique=True, on_delete="CASCADE", backref="+")
    password_hash = CharField(max_length=255)
    changed_at = DateTimeField(default=now)


class Session(Internal):
    """One browser that is logged in. Only the hash of its key is kept."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now, index=True)
    address = CharField(max_length=64, default="")


class Token(Internal):
    """A key to the API that belongs to a user. Only its hash is kept."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    title = CharField(default="")
    roles = TextField(null=True)
    created_at = DateTimeField(default=now)
    expires_at = DateTimeField(null=True)


class Attempt(Internal):
    """How often something was tried under one key within a window of time."""

    key = CharField(unique=True, max_length=128)
    count = IntegerField(default=0)
    until = DateTimeField(index=True)


class SetupCode(Internal):
    """The one-time code by which the first admin is made."""

    digest = CharField(max_length=64)
