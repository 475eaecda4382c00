"""An addon for tests: slips that are drafted, passed and returned, and one that objects to it."""

MODELS = """
from core.api import CharField, Event, Model, StateField
from core.modules.transitions import transition

class Slip(Model):
    name = CharField()
    state = StateField("draft", "passed", "void", titles=("Draft", "Passed", "Void"))

    def __str__(self):
        return str(self.name)

slip_passing = Event("Before a slip is passed.", slip=Slip)
slip_passed = Event("A slip was passed.", slip=Slip)

@transition("draft", to="passed", before=slip_passing, after=slip_passed)
def carry_out(slip: Slip):
    slip.name = f"{slip.name}!"
    slip.save()
"""
PERMISSIONS = """
from addons.{name}.models import Slip
from core.api import Access, Role

user = Role("{name}.user", "User")
chief = Role("{name}.chief", "Chief", implies=(user,))
reader = Role("{name}.reader", "Reader")

access = [Access(Slip, user, "cru"), Access(Slip, reader, "r")]
"""
VIEWS = """
from addons.{name}.models import Slip
from core.api import ModelView

class SlipView(ModelView):
    model = Slip
    title = "Slips"
    column_list = ("name", "state")
"""
HOOKS = """
from addons.{name}.models import Slip, carry_out, slip_passed, slip_passing
from addons.{name}.permissions import chief
from core.api import on
from core.errors import UserError
from core.modules.buttons import button
from core.modules.transitions import Confirm

heard = []

@button(Slip, "Pass", states=("draft",))
def pass_on(slip):
    carry_out(slip)

@button(Slip, "Burn", states=("passed",), role=chief, confirm="It cannot be had back. Burn it?")
def burn(slip, reason=""):
    slip.name = f"{slip.name} {reason}"
    slip.archive()

@button(Slip, "Copy")
def copy(slip, name):
    return Slip.create(name=name)

@on(slip_passing)
def is_named(slip):
    if "bad" in slip.name:
        raise UserError("A bad slip is not passed.")

@on(slip_passing)
def is_long(slip):
    if len(slip.name) > 10:
        raise UserError("Its name is too long.")

@on(slip_passing)
def is_odd(slip):
    if "odd" in slip.name:
        raise Confirm(f"{slip.name} looks odd.")

@on(slip_passing)
def is_dear(slip):
    if "dear" in slip.name:
        raise Confirm("It is dear.", role=chief)

@on(slip_passed)
def passed(slip):
    heard.append((slip.name, slip.state))
"""
MIGRATION = """
from peewee import CharField
from core.api import record_base

def up(migrator, db):
    class Slip(record_base(db)):
        name = CharField(max_length=255)
        state = CharField(max_length=255)
        class Meta:
            table_name = "{name}_slip"
    db.create_tables([Slip])

def down(migrator, db):
    db.execute_sql('DROP TABLE "{name}_slip"')
"""
FILES = {
    "models": MODELS,
    "permissions": PERMISSIONS,
    "views": VIEWS,
    "hooks": HOOKS,
    "migration": MIGRATION,
}
