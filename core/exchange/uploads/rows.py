"""Write planned rows as records, and find out which of them are refused."""

import peewee

from core.access.owners import with_owner
from core.data.database import transaction
from core.data.model import Model
from core.data.search import indexing_once
from core.errors import Conflict, NotAllowed, UserError
from core.exchange.uploads.models import BAD, BESIDE, CHANGE, CREATE, SAME, Written
from core.exchange.uploads.planning import Planned, Planner
from core.i18n import _

REFUSALS = (peewee.IntegrityError, peewee.DataError, UserError, NotAllowed, Conflict)
REFUSED = _("The database refuses this row: see whether another record has one of its values.")


class _TakenBack(Exception):
    """Ends a transaction without keeping anything."""


class RowsWriter:
    """Writes what a planner planned."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.model = planner.model

    def try_out(self, plans: list[Planned]) -> None:
        """Write the sound rows and take them back: what vetoes, rules and the database say of them
        is told.
        """
        sound = [plan for plan in plans if not plan.is_bad and plan.line.verdict != SAME]
        try:
            with transaction(), indexing_once():
                try:
                    with transaction():
                        self.write(sound)
                except REFUSALS:
                    self.blame(sound)
                raise _TakenBack
        except _TakenBack:
            return

    def write(self, plans: list[Planned]) -> list[Written]:
        """Write the rows within the caller's transaction; raises one of `REFUSALS`."""
        made = [plan for plan in plans if plan.line.verdict == CREATE]
        changed = [plan for plan in plans if plan.line.verdict == CHANGE and plan.record]
        ids = self.model.create_many(with_owner(self.model, plan.values) for plan in made)
        records = {plan.line.number: id for plan, id in zip(made, ids, strict=True)}
        for plan in changed:
            assert plan.record is not None  # noqa: S101 - it was found
            self._change(plan, plan.record)
            records[plan.line.number] = plan.record.id
        for name, part in self.planner.places.shape.parts.items():
            lines = [
                {**line, part.key.name: records[plan.line.number]}
                for plan in (*made, *changed)
                for line in plan.parts.get(name, ())
            ]
            if lines:
                part.model.create_many(lines)
        same = [plan for plan in plans if plan.line.verdict == SAME]
        records |= {plan.line.number: plan.record.id for plan in same if plan.record}
        return [
            Written(plan.line.number, records[plan.line.number], plan.line.verdict, plan.later)
            for plan in (*made, *changed, *same)
        ]

    def _change(self, plan: Planned, record: Model) -> None:
        """Change a record that is as it was planned for; a line more tells by its version too."""
        if record.change(plan.values) or not any(plan.parts.values()):
            return
        mine = (self.model.id == record.id) & (self.model.version == record.version)
        if not self.model.update().where(mine).execute():
            raise Conflict(_("Somebody else changed this record meanwhile: check the rows again."))

    def blame(self, plans: list[Planned]) -> None:
        """Write row by row to learn which of them are refused, and tell it there."""
        for plan in plans:
            try:
                with transaction():
                    self.write([plan])
            except REFUSALS as error:
                is_said = not isinstance(error, peewee.PeeweeException)
                plan.tell(BESIDE, error if is_said else REFUSED)
                plan.line.verdict = BAD
        if not any(plan.is_bad for plan in plans):
            plans[0].tell(BESIDE, REFUSED)
            plans[0].line.verdict = BAD
