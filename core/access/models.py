"""Who works here: users, their teams and roles, and the organizations they work for."""

from collections.abc import Callable
from typing import Any, ClassVar

from core.data.fields import (
    BooleanField,
    CharField,
    ChosenField,
    DateField,
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
from core.i18n import LANGUAGE_NAMES, Text, _, pgettext


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


class RoleField(ChosenField):
    """The name of a role; people choose and read its title. `offered()` answers [(name, title)] of
    the roles there are; what stands above this room says which.
    """

    offered: ClassVar[Callable[[], list[tuple[str, Text]]]] = staticmethod(list)

    def __init__(self, **others: Any) -> None:
        super().__init__(lambda: RoleField.offered(), **others)


class UserRole(Model):
    """One role that a user holds, by its name."""

    user = ForeignKeyField(User, backref="roles")
    role = RoleField(max_length=64, verbose_name=_("Role"))
    ends_at = DateTimeField(null=True, verbose_name=_("Until"))

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


class Cover(Model):
    """That somebody stands in for a colleague who is away, from the first day to the last: they
    hold the roles of the absent, but for the admin's, and reach what these reach.
    """

    user = ForeignKeyField(User, backref="covers", verbose_name=_("Who is away"))
    substitute = ForeignKeyField(User, backref="covering", verbose_name=_("Who stands in"))
    starts_on = DateField(verbose_name=_("From"))
    ends_on = DateField(verbose_name=_("Until"))
    note = CharField(null=True, verbose_name=_("Note"))

    class Meta:
        plural = _("Stand-ins")
        personal = ("note",)
        personal_of = "user"

    def __str__(self) -> str:
        return f"{self.user} → {self.substitute}"


class CustomRole(Model):
    """A role that an admin composed of what addons offer. It is called `custom.<code>`."""

    code = CharField(unique=True, max_length=40, verbose_name=_("Code"))
    title = CharField(verbose_name=_("Title"))
    note = TextField(null=True, verbose_name=_("What it is for"))

    class Meta:
        plural = _("Roles of our own")

    def __str__(self) -> str:
        return str(self.title)


class CustomRolePart(Model):
    """A whole role that comes with a composed one."""

    role = ForeignKeyField(CustomRole, backref="parts", verbose_name=_("Role"))
    brings = RoleField(max_length=64, verbose_name=_("Comes with"))

    class Meta:
        part_of = "role"
        plural = _("Roles that come with it")
        indexes = ((("role", "brings"), True),)
        of_addon = "brings"

    def __str__(self) -> str:
        return str(self.brings)


class CustomRoleLine(Model):
    """What a composed role may do with one model: no more than the role `offered_by` of an addon
    may, in fewer actions, a narrower scope, without the fields `hidden` (names with commas).
    """

    role = ForeignKeyField(CustomRole, backref="lines", verbose_name=_("Role"))
    model = CharField(max_length=128, verbose_name=_("Records"))
    offered_by = RoleField(max_length=64, verbose_name=_("Offered by"))
    actions = CharField(max_length=8, verbose_name=_("Actions"))
    scope = CharField(max_length=8, verbose_name=_("Scope"))
    hidden = TextField(null=True, verbose_name=_("Hidden fields"))

    class Meta:
        part_of = "role"
        plural = _("What it may do")
        indexes = ((("role", "model", "offered_by"), True),)
        of_addon = "offered_by"

    def __str__(self) -> str:
        return f"{self.model}: {self.actions}"


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


class Device(Internal):
    """A browser that its user wants to be remembered: with its key and a PIN it opens a session."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    title = CharField(max_length=64, default="")
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now)
    expires_at = DateTimeField(index=True)
    pin_hash = CharField(max_length=255)
    tries = IntegerField(default=0)  # wrong PINs since the last right one


class Session(Internal):
    """One browser that is logged in. Only the hash of its key is kept."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    created_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now, index=True)
    address = CharField(max_length=64, default="")
    agent = CharField(max_length=64, default="")
    confirmed_at = DateTimeField(null=True)  # when the password was typed last; never by a PIN
    device = ForeignKeyField(Device, null=True, on_delete="SET NULL", backref="+")


class Token(Internal):
    """A key to the API that belongs to a user. Only its hash is kept."""

    digest = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE", backref="+")
    title = CharField(default="")
    roles = TextField(null=True)
    actions = CharField(max_length=8, default="crudx")
    created_at = DateTimeField(default=now)
    expires_at = DateTimeField(null=True)
    seen_at = DateTimeField(null=True)


class Attempt(Internal):
    """How often something was tried under one key within a window of time."""

    key = CharField(unique=True, max_length=128)
    count = IntegerField(default=0)
    until = DateTimeField(index=True)


class SetupCode(Internal):
    """The one-time code by which the first admin is made."""

    digest = CharField(max_length=64)
