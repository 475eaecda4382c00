"""Find the records that rows mean, and tell what of a row they have not got yet."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from peewee import Field

from core.data.actor import system
from core.data.model import Model
from core.data.money import settled
from core.data.rows import among, fetched
from core.data.translated import Translated
from core.exchange.uploads.places import Place, Places
from core.i18n import _

if TYPE_CHECKING:
    from core.exchange.uploads.planning import Planned

AT_ONCE = 500


class Finder:
    """Finds records by the columns that `key` names: a field, or that of a part's lines."""

    def __init__(self, places: Places, columns: list[tuple[int, Place]], key: str) -> None:
        self.places = places
        self.model = places.model
        self.by = [(n, place) for n, place in columns if key and _key_of(place) == key]
        self.parts = {place.part.name: place.part for _n, place in columns if place.part}

    def find(self, plans: "list[Planned]") -> "Standing":
        """Give each plan its record; tells where a key leads to several."""
        if self.by:
            self._find(plans)
        return Standing(self, [plan.record for plan in plans if plan.record is not None])

    def _find(self, plans: "list[Planned]") -> None:
        place = self.by[0][1]
        keys = {id(plan): self.keys_of(plan) for plan in plans}
        found = self._ids(place, {key for some in keys.values() for key in some})
        meant = {
            id(plan): {each for key in keys[id(plan)] for each in found[key]} for plan in plans
        }
        every = {each for ids in meant.values() for each in ids}
        query = self.model.select().where(among(self.model.id, every))
        records = {record.id: record for record in query} if every else {}
        for plan in plans:
            seen = meant[id(plan)] & records.keys()
            if len(seen) > 1:
                plan.tell(self.by[0][0], _("Several records have this. Find them by another field,"
                                           " or leave the row out."))  # fmt: skip
            elif seen:
                plan.record = records[next(iter(seen))]

    def keys_of(self, plan: "Planned") -> set[Any]:
        """What a plan is found by, as it is compared."""
        place = self.by[0][1]
        if place.part is None:
            values = [plan.values.get(place.field.name)]
        else:
            lines = plan.parts.get(place.part.name, ())
            values = [line.get(place.field.name) for line in lines]
        return {key for value in values if value and (key := comparable(place, value))}

    def _ids(self, place: Place, keys: set[Any]) -> dict[Any, set[int]]:
        """{key: ids} of the records that the actor sees; archived ones only by a unique key."""
        found: dict[Any, set[int]] = defaultdict(set)
        field, model = place.same, place.field.model
        owner = place.part.key if place.part else model.id
        some = sorted(keys)
        for start in range(0, len(some), AT_ONCE):
            query = model.select(field, owner).where(field.in_(some[start : start + AT_ONCE]))
            if not place.field.unique:
                query = query.where(model.archived_at.is_null())
            for key, id in query.tuples():
                found[key].add(id)
        return found

    def taken(self, field: Field, values: Iterable[Any]) -> dict[Any, int]:
        """{value: id of the record that holds it}, whoever may see it."""
        found: dict[Any, int] = {}
        some = sorted(values)
        with system("a form tells which value is taken, not by whom"):
            for start in range(0, len(some), AT_ONCE):
                query = self.model.select(field, self.model.id)
                found.update(query.where(field.in_(some[start : start + AT_ONCE])).tuples())
        return found


class Standing:
    """The lines that the records which were found have already."""

    def __init__(self, finder: Finder, records: list[Model]) -> None:
        self.finder = finder
        self.places = finder.places
        self.lines: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
        if records:
            for name, part in finder.parts.items():
                self._load(name, part, [record.id for record in records])

    def _load(self, name: str, part: Any, ids: list[int]) -> None:
        fields = list(part.fields.values())
        fields += [each for f in part.fields.values() if (each := _same(f)) is not f]
        columns = [part.key, *fields]
        query = part.model.select(*columns).where(among(part.key, ids))
        for owner, *values in fetched(query, columns):
            line = {f.name: f.db_value(v) for f, v in zip(fields, values, strict=True)}
            self.lines[name, owner].append(line)

    def keep_what_is_new(self, plan: "Planned") -> None:
        """Take away from a plan what its record holds already."""
        record = plan.record
        assert record is not None  # noqa: S101 - asked of plans that found one
        fields = record._meta.fields
        plan.values = settled(type(record), plan.values, record.__data__)
        plan.values = {
            name: _merged(record.__data__.get(name), value)
            for name, value in plan.values.items()
            if _differs(fields[name], record.__data__.get(name), value)
        }
        for name, lines in plan.parts.items():
            there = self.lines[name, record.id]
            part = self.places.shape.parts[name]
            plan.parts[name] = [line for line in lines if not _is_there(part, line, there)]


def _differs(field: Field, old: Any, new: Any) -> bool:
    return bool(field.db_value(old) != field.db_value(_merged(old, new)))


def _merged(old: Any, new: Any) -> Any:
    """The new value; of a text in several languages, those that it does not name stay."""
    if isinstance(old, Translated) and isinstance(new, Translated):
        return Translated({**old.by_language, **new.by_language})
    return new


def _is_there(part: Any, line: dict[str, Any], there: list[dict[str, Any]]) -> bool:
    wanted = {}
    for name, value in settled(part.model, line).items():
        same = _same(part.fields[name])
        key = same.derive(value) if same is not part.fields[name] else None
        wanted[same.name if key else name] = key or part.fields[name].db_value(value)
    return any(all(has.get(n) == value for n, value in wanted.items()) for has in there)


def _same(field: Field) -> Field:
    return Place("", "", field).same


def comparable(place: Place, value: Any) -> Any:
    """A value as records are found by it: its normal form where there is one."""
    same = place.same
    return same.derive(value) if same is not place.field else value


def _key_of(place: Place) -> str:
    """telephones.2.number as telephones.number."""
    return f"{place.part.name}.{place.field.name}" if place.part else place.name
