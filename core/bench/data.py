"""Fill a migrated instance with made-up records of one model: its lines and search rows too."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from peewee import Field

from core.access.accounts import create_user
from core.access.lines import part_of
from core.access.models import Team, TeamMember, User
from core.alphabet import fold, fold_digits
from core.bench.filler import Filler
from core.data.bulk import copy_rows, loading
from core.data.fields import DerivedField, NormalTelephoneField, TelephoneField
from core.data.first_lines import FirstLineField
from core.data.model import Model
from core.data.search import search_table, searchable
from core.modules.registry import current_registry

AT_ONCE = 50_000
OWNERS, TEAMS = 25, 4
TELEPHONES, OTHER_LINES = 1.3, 0.4  # lines for each record
UNIQUE_NAME = "Toʻraqoʻrgʻonlik Oʻktambek Gʻayratjon"  # of the record in the middle, and no other
CALLED = (TelephoneField, NormalTelephoneField)

_folded = lru_cache(200_000)(fold)


def create_people(roles: dict[str, tuple[str, ...]]) -> dict[type, list[int]]:
    """Make the owners and teams, the first owners with the logins and roles given.

    Answers the ids that records may refer to, by model.
    """
    logins = [*roles, *(f"owner{number}" for number in range(len(roles), OWNERS))]
    users = [create_user(login, roles=roles.get(login, ())) for login in logins]
    teams = [Team.create(code=f"team{n}", name=f"{n}-guruh") for n in range(1, TEAMS + 1)]
    for place, user in enumerate(users):
        TeamMember.create(team=teams[place % TEAMS], user=user)
    return {User: [user.id for user in users], Team: [team.id for team in teams]}


def fill(model: type[Model], rows: int, known: dict[type, list[int]]) -> None:
    """Write `rows` records of `model` into its empty table, with lines and search rows."""
    filler = Filler(known)
    parts = [
        part
        for part in current_registry().parts(model).values()
        if all(_can_be_filled(field, known) for field in part._meta.sorted_fields)
    ]
    tables = [each._meta.table_name for each in (model, *parts)]
    if searchable(model):
        tables.append(search_table(model._meta.table_name))
    with loading(tables):
        following = dict.fromkeys(parts, 1)
        for start in range(1, rows + 1, AT_ONCE):
            ids = range(start, min(start + AT_ONCE, rows + 1))
            found = Batch(model, filler, ids, unique=rows // 2)
            for part in parts:
                following[part] = found.add_lines(part, following[part])
            found.write()


def _can_be_filled(field: Any, known: dict[type, list[int]]) -> bool:
    """Whether a line may be made up at all: what it must refer to is there."""
    owner = getattr(field, "rel_model", None)
    return owner is None or field.null or owner in known or field.name == part_of(field.model)


class Batch:
    """Some records on their way into the tables."""

    def __init__(self, model: type[Model], filler: Filler, ids: range, unique: int) -> None:
        self.model = model
        self.filler = filler
        self.ids = ids
        self.columns: dict[Field, list[Any]] = {
            field: list(ids) if field.primary_key else filler.column(field, ids)
            for field in model._meta.sorted_fields
            if not isinstance(field, FirstLineField)  # which the lines bring
        }
        if unique in ids and "name" in model._meta.fields:
            self.columns[model._meta.fields["name"]][unique - ids.start] = UNIQUE_NAME
        self.lines: dict[type[Model], dict[Field, list[Any]]] = {}

    def add_lines(self, part: type[Model], first: int) -> int:
        """Make up lines for the records, their ids from `first` on; answers the id that follows."""
        key = part._meta.fields[part_of(part)]
        is_called = any(isinstance(field, TelephoneField) for field in part._meta.sorted_fields)
        count = int(len(self.ids) * (TELEPHONES if is_called else OTHER_LINES))
        # The first record has one line more than the last, and so on round.
        owners = list(self.ids) * (count // len(self.ids) + 1)
        ids = range(first, first + count)
        columns: dict[Field, list[Any]] = {}
        for field in part._meta.sorted_fields:
            if field.primary_key:
                columns[field] = list(ids)
            elif field is key:
                columns[field] = owners[:count]
            elif isinstance(field, DerivedField):
                # Made-up telephones and e-mails are in their normal form already.
                columns[field] = columns[part._meta.fields[field.of]]
            else:
                columns[field] = self.filler.column(field, ids)
        self.lines[part] = columns
        return ids.stop

    def write(self) -> None:
        for field in self.model._meta.sorted_fields:
            if isinstance(field, FirstLineField):
                self.columns[field] = self._first_lines(field)
        for model, columns in {self.model: self.columns, **self.lines}.items():
            names = [field.column_name for field in columns]
            copy_rows(model._meta.table_name, names, zip(*columns.values(), strict=True))
        if searchable(self.model):
            table = search_table(self.model._meta.table_name)
            copy_rows(table, ("id", "head", "body"), self._search_rows())

    def _first_lines(self, field: FirstLineField) -> list[Any]:
        """What triggers would keep, which a load passes."""
        key = getattr(self.model, field.of).field
        columns = {other.name: values for other, values in self.lines[key.model].items()}
        name, value = field.unless or (field.text, None)
        lines = zip(columns[key.name], columns[field.text], columns[name], strict=True)
        first: dict[int, str] = {}
        for id, text, other in lines:
            if other != value:
                first.setdefault(id, text)
        return [first.get(id, "") for id in self.ids]

    def _search_rows(self) -> Iterator[tuple[int, str, str]]:
        """What the search index would write for the records."""
        bodies: list[list[str]] = [[] for _ in self.ids]
        for path in self.model._meta.search:
            for place, value in self._values_of(path):
                if value:
                    bodies[place].append(value)
        head = self.columns[self.model._meta.fields[self.model._meta.search[0]]]
        for id, name, body in zip(self.ids, head, bodies, strict=True):
            yield id, _folded(name), "\n".join(body)

    def _values_of(self, path: str) -> Iterator[tuple[int, str]]:
        """(place of the record in the batch, folded value) of one path of `Meta.search`."""
        backref, _, name = path.rpartition(".")
        if not backref:
            field = self.model._meta.fields[name]
            return enumerate(_fold_all(field, self.columns[field]))
        key = getattr(self.model, backref).field
        columns = self.lines.get(key.model)
        if columns is None:
            return iter(())
        field = key.model._meta.fields[name]
        owners = (id - self.ids.start for id in columns[key])
        return zip(owners, _fold_all(field, columns[field]), strict=True)


def _fold_all(field: Field, values: list[Any]) -> Iterator[str]:
    folded = fold_digits if isinstance(field, CALLED) else _folded
    return (folded(value) if value else "" for value in values)
