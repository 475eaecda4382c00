"""What the program says of a built world, held against what the oracle says."""

from collections import Counter
from dataclasses import replace
from typing import Any

from core.access.decisions import can, can_each
from core.access.reasons import FIELD, GRANTED, LIMIT, NONE, ROLE, ROWS, why
from core.data.actor import Actor, acting_as
from core.data.scope import in_reach
from tests.access.worlds.building import Built, id_of, place_of
from tests.access.worlds.drawing import FIELDS
from tests.access.worlds.facts import Asking
from tests.access.worlds.oracle import PART_OF

Question = tuple[Asking, str, str, int | None, str | None]


class Judge:
    """Holds decisions of one built world against the oracle. `asked` and `allowed` count them."""

    def __init__(self, built: Built) -> None:
        self.built, self.world = built, built.world
        self.actors: dict[Asking, Actor | None] = {}
        self.seen: set[Any] = set()
        self.asked = self.allowed = 0

    def judge(self, question: Question) -> None:
        """One decision, by every way of asking for it. Fails with the question and the world."""
        asking, action, model, which, name = question
        rows = len(self.world.records[model])
        place = which % rows if which is not None and rows else None
        actor = self._actor(asking)
        while actor is None:  # who cannot log in asks nothing: the next one does
            asking = replace(asking, person=((asking.person or 0) + 1) % len(self.world.people))
            actor = self._actor(asking)
        self.asked += 1
        about = (asking, action, model, place, name)
        expected = self.world.allows(*about)
        self.allowed += expected
        for subject in self._subjects(model, place):
            self._agree(about, "can", can(actor, action, subject, name), expected)
            self._explained(about, why(actor, action, subject, name), expected)
        self._page(about, actor)
        if (asking, action, model) not in self.seen:
            self.seen.add((asking, action, model))
            self._rows(about, actor)
            self._fields(about, actor)

    def _actor(self, asking: Asking) -> Actor | None:
        if asking not in self.actors:
            self.actors[asking] = self.built.actor(asking)
            active = asking.person is None or self.world.people[asking.person].active
            self._agree(asking, "log in", self.actors[asking] is not None, active)
        return self.actors[asking]

    def _subjects(self, model: str, place: int | None) -> list[Any]:
        if place is None:
            return [self.built.models[model], self.built.models[model]()]
        stored = self.built.record(model, place)
        if model in PART_OF:  # a line that is new is of its record as one that stands
            return [stored, self.built.record(model, place, stored=False)]
        return [stored]

    def _agree(self, about: Any, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            world = f"{about}\n{self.world.told()}"
            raise AssertionError(f"{what}: {found!r}, and should be {expected!r}, for\n{world}")

    # why

    def _explained(self, about: Any, reasons: list[Any], expected: bool) -> None:
        self._agree(about, "why", any(reason.grants for reason in reasons), expected)
        decides = [reason.decides for reason in reasons]
        self._agree(about, "deciding", decides, [True] + [False] * (len(reasons) - 1))
        stages = [reason.stage for reason in reasons]
        expected_stages = self._stages(*about)
        if expected_stages is not None:
            self._agree(about, "the lines of why", Counter(self._told(reasons)), expected_stages)
            is_silent = all(stage in (NONE, ROLE) for stage in stages)
            self._agree(about, "why with nothing to say", stages[0] == NONE, is_silent)
            stages = stages[is_silent:]
        self._agree(about, "the order of why", stages, sorted(stages, reverse=True))

    def _told(self, reasons: list[Any]) -> list[tuple[int, str]]:
        return [
            (reason.stage, reason.stands_for)
            for reason in reasons
            if reason.stage not in (NONE, LIMIT)
        ]

    def _stages(
        self,
        asking: Asking,
        action: str,
        model: str,
        place: int | None,
        name: str | None,
        limited: bool = False,
    ) -> Any:
        """How far each line comes, and for whom; None where no line is asked."""
        limited = limited or self.world.limited(asking, action, model, name)
        if model in PART_OF:
            record, key, lines = PART_OF[model]
            above = None if place is None else self.world.records[model][place][key]
            upon = action if action in "rx" else "u"
            return self._stages(asking, upon, record, above, lines, limited)
        if action not in asking.actions or self.world.is_admin(asking):
            return None
        found: Counter[tuple[int, str]] = Counter()
        pairs = self.world.pairs(asking, action, model)
        for seat, line in pairs:
            reaches, shows = self.world.lets(seat, line, action, place, name)
            stage = ROWS if not reaches else GRANTED if shows and not limited else FIELD
            found[stage, f"Person {seat.person}" if seat.is_absent else ""] += 1
        held = [line for _seat, line in pairs]
        lines_about = [
            line
            for line in self.world.all_lines()
            if line.model == model and action in line.actions
        ]
        found[ROLE, ""] += sum(line not in held for line in lines_about)
        return found

    # Many at once

    def _page(self, about: Any, actor: Actor) -> None:
        asking, action, model, _place, name = about
        places = range(len(self.world.records[model]))
        expected = {n for n in places if self.world.allows(asking, action, model, n, name)}
        ids = [id_of(model, n) for n in places]
        found = can_each(actor, action, self.built.models[model], [*ids, 999_999], name)
        self._agree(about, "can_each", {place_of(model, id) for id in found}, expected)

    def _rows(self, about: Any, actor: Actor) -> None:
        asking, action, model, _place, _name = about
        reached = self.world.reached(asking, action, model)
        table = self.built.models[model]
        ids = [id_of(model, n) for n in range(len(self.world.records[model]))]
        with acting_as(actor):
            found = in_reach(table, ids, action)
            self._agree(about, "rows in reach", {place_of(model, id) for id in found}, reached)
            if action == "r":
                read = {id for (id,) in table.select(table.id).tuples() if id in set(ids)}
                self._agree(about, "rows read", {place_of(model, id) for id in read}, reached)

    def _fields(self, about: Any, actor: Actor) -> None:
        """`Policy.fields` never shows what is hidden on some row, and hides nothing for nothing."""
        asking, action, model, _place, _name = about
        hidden = self.built.registry.policy.fields(self.built.models[model], actor, action)
        self._agree(
            about,
            "fields of nothing",
            hidden is None,
            not self.world.allows(asking, action, model, None),
        )
        if hidden is None:
            return
        rows = self.world.reached(asking, action, model)
        for name in FIELDS[model]:
            allowed = [self.world.allows(asking, action, model, n, name) for n in rows]
            if not all(allowed):
                self._agree(about, f"{name} hidden", name in hidden, True)
            if self._shown_everywhere(asking, action, model, name):
                self._agree(about, f"{name} hidden", name in hidden, False)

    def _shown_everywhere(self, asking: Asking, action: str, model: str, name: str) -> bool:
        """Whether no line hides the field, or one shows it on all records that there can be."""
        if self.world.limited(asking, action, model, name):
            return False
        lines = [line for _seat, line in self.world.pairs(asking, action, model)]
        on = "u" if action == "c" else action
        return not any(self.world.hides(line, name) for line in lines) or any(
            line.scope == "all"
            and not self.world.hides(line, name)
            and not any(
                rule.model == model and rule.role == line.ruled_as and on in rule.on
                for rule in self.world.rules
            )
            for line in lines
        )
