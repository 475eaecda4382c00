"""The base of every stored record."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

import peewee

from core.data import scope
from core.data.actor import current_user_id, system
from core.data.database import db, transaction
from core.data.fields import DateTimeField, DerivedField, IntegerField, fill_derived, now
from core.data.internal import table_name
from core.data.money import settled
from core.data.parts import part_named, set_parts, split_parts
from core.data.selects import ScopedSelect
from core.errors import Conflict, NotAllowed, UserError
from core.i18n import Text, _

ROWS_AT_ONCE = 200
DRAFT = "draft"  # the state of a record that is no business record yet


def _refused(name: str, instead: str) -> Any:
    def refuse(cls: type, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{cls.__name__}.{name} would pass the rules by: use {instead}.")

    return classmethod(refuse)


def _user_field(title: Text) -> Any:
    """Who did something: the current user, empty for the system."""
    return peewee.DeferredForeignKey(
        "User", null=True, backref="+", index=False, default=current_user_id, verbose_name=title
    )


class Model(peewee.Model):
    """A record: who made and changed it and when, its version, and whether it is archived.

    `Meta` understands, beside Peewee's own options:
    `part_of = "contact"` — a line of the record that this foreign key names; it has no access
    lines of its own, whoever may read or update the record may read or write its lines;
    `search = ("name", "tax_id", "phones.number")` — what a search finds it by, own fields and
    fields of its parts by their back-reference;
    `key = "reference"` — the unique field by which files name a record, where there are several;
    `plural = _("Telephones")` — what the lines of a record are called together;
    `personal = ("name", "note")` — the fields that hold values of a person (`core/personal`), of
    lines that they go with the person; `personal_when = {"kind": "person"}` — which records are
    people; `personal_of = "contact"` — a foreign key to the person whose values these are;
    `handed_over = ("assignee",)` — foreign keys to users by which somebody holds the record, beside
    `owner`: whoever leaves hands these records over.
    """

    created_at = DateTimeField(verbose_name=_("Created at"), default=now)
    created_by = _user_field(_("Created by"))
    updated_at = DateTimeField(verbose_name=_("Changed at"), default=now)
    updated_by = _user_field(_("Changed by"))
    version = IntegerField(verbose_name=_("Version"), default=1)
    archived_at = DateTimeField(verbose_name=_("Archived at"), null=True)

    class Meta:
        database = db
        table_function = table_name
        only_save_dirty = True
        model_metadata_class = scope.ScopedMetadata

    @classmethod
    def alias(cls, alias: str | None = None) -> scope.ScopedAlias:
        return scope.ScopedAlias(cls, alias)

    @classmethod
    def select(cls, *fields: Any) -> ScopedSelect:
        return ScopedSelect(cls, fields or cls._meta.sorted_fields, is_default=not fields)

    @classmethod
    def _normalize_data(cls, data: Any, kwargs: dict[str, Any]) -> Any:
        return fill_derived(cls, super()._normalize_data(data, kwargs))

    @classmethod
    def insert(cls, __data: Any = None, **values: Any) -> scope.ScopedInsert:
        return scope.ScopedInsert(cls, cls._normalize_data(__data, values))

    @classmethod
    def update(cls, __data: Any = None, **values: Any) -> scope.ScopedUpdate:
        data = cls._normalize_data(__data, values)
        if (parent := getattr(cls._meta, "part_of", None)) and cls._meta.fields[parent] in data:
            raise TypeError(f"A {cls.__name__} stays with its {parent}: make a new one there.")
        data.setdefault(cls.updated_at, now())
        data.setdefault(cls.updated_by, current_user_id())
        data[cls.version] = cls.version + 1
        return scope.ScopedUpdate(cls, data)

    @classmethod
    def delete(cls) -> scope.ScopedDelete:
        return scope.ScopedDelete(cls)

    insert_many = _refused("insert_many", "create_many()")
    insert_from = _refused("insert_from", "create_many()")
    bulk_create = _refused("bulk_create", "create_many()")
    bulk_update = _refused("bulk_update", "update() or upsert()")
    replace = _refused("replace", "upsert()")
    replace_many = _refused("replace_many", "upsert()")
    raw = _refused("raw", "select()")
    truncate_table = _refused("truncate_table", "delete()")
    drop_table = _refused("drop_table", "a migration")

    _dirty: set[str]

    def save(self, force_insert: bool = False, only: Iterable[Any] | None = None) -> int:
        """Write what changed. Raises `Conflict` when somebody else changed the record since it was
        read, `NotAllowed` when it is out of the actor's reach before or after.
        """
        if only is not None:
            raise TypeError("save() writes what changed; `only` has no use here.")
        self._settle_amounts()
        if force_insert or self._pk is None:
            return self._insert()
        changes = {name: self.__data__[name] for name in self._dirty if name != "id"}
        if not changes:
            return 0
        changed_by = {"updated_at": now(), "updated_by": current_user_id()}
        mine = (type(self).id == self._pk) & (type(self).version == self.version)
        rows: int = type(self).update(**{**changes, **changed_by}).where(mine).execute()
        if not rows:
            self._explain_lost_update()
        self.__data__.update(changed_by, version=self.version + 1)
        self._dirty.clear()
        return rows

    def _settle_amounts(self) -> None:
        made = settled(type(self), self.__data__)
        if made is not self.__data__:
            self._dirty |= {name for name, v in made.items() if v is not self.__data__[name]}
            self.__data__.update(made)

    def _insert(self) -> int:
        with transaction():
            return int(super().save(force_insert=True))

    def _explain_lost_update(self) -> None:
        """Say why an update met no row: it is gone, out of reach, or newer than ours."""
        if type(self).get_or_none(type(self).id == self._pk) is None:
            raise NotAllowed(scope.OUT_OF_REACH)
        if not scope.in_reach(type(self), [self._pk], "u"):
            raise NotAllowed(scope.OUT_OF_REACH)
        raise Conflict(_("Somebody else changed this record meanwhile: look at both versions."))

    def delete_instance(self, recursive: bool = False, delete_nullable: bool = False) -> int:
        """Delete this row alone; raises `UserError` while other records refer to it."""
        if recursive or delete_nullable:
            raise TypeError("Karvon never deletes along references: archive the record instead.")
        try:
            with transaction():
                return int(type(self).delete().where(self._pk_expr()).execute())
        except peewee.IntegrityError as error:
            raise UserError(_("Other records refer to this one: archive it instead.")) from error

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written, so that it may be deleted: its `state` says so."""
        return bool(self.__data__.get("state") == DRAFT)

    def archive(self) -> None:
        self.change({"archived_at": now()})

    def restore(self) -> None:
        self.change({"archived_at": None})

    @classmethod
    def create_many(cls, rows: Iterable[dict[str, Any]]) -> list[int]:
        """Insert rows of {field: value} in one transaction; answers their ids in order.
        Every row must be within the actor's reach, else `NotAllowed` and nothing is written.
        """
        ids: list[int] = []
        fields = [field for field in cls._meta.sorted_fields if not field.primary_key]
        with transaction():
            for given in peewee.chunked(rows, ROWS_AT_ONCE):
                batch = [settled(cls, row) for row in given]
                used = _columns_of(fields, batch)
                columns = [_column_of(field, batch) for field in used]
                values = [list(row) for row in zip(*columns, strict=True)]
                ids += scope.ScopedInsert(cls, insert=values, columns=used).execute()
        return ids

    @classmethod
    def upsert(cls, rows: Iterable[dict[str, Any]], by: str) -> "Upserted":
        """Create or update rows of {field: value} by the unique field `by`, in one transaction.
        A row may hold lines too, {"telephones": [{field: value}]}: those of the record become
        equal to them. Rows that are as they should be already are left alone. A row that exists
        out of the actor's reach raises `NotAllowed`; then nothing is written.
        """
        wanted = {row[by]: split_parts(cls, row) for row in rows}
        with transaction():
            taken = cls._taken(by, list(wanted))
            made = [value for value in wanted if value not in taken]
            new = dict(zip(made, cls.create_many(wanted[key][0] for key in made), strict=True))
            changed = set()
            for record in cls.select().where(cls.id.in_(list(taken.values()))):
                if record.change(wanted[getattr(record, by)][0]):
                    changed.add(record.id)
            ids = {**taken, **new}
            lines = {ids[value]: parts for value, (_, parts) in wanted.items() if parts}
            moved = cls._set_lines(lines, new.values()) - changed
            if moved:  # a line is a part of its record, whose version tells of it
                cls.update().where(cls.id.in_(sorted(moved))).execute()
        changed |= moved
        return Upserted(len(new), len(changed), len(taken) - len(changed))

    @classmethod
    def _taken(cls, by: str, values: list[Any]) -> dict[Any, int]:
        """{value: id} of those that exist; raises `NotAllowed` when one is out of reach."""
        key = cls._meta.fields[by]
        with system("upsert asks for keys that the actor may not see"):
            taken = dict(cls.select(key, cls.id).where(key.in_(values)).tuples())
        if scope.in_reach(cls, taken.values(), "u") != set(taken.values()):
            raise NotAllowed(scope.OUT_OF_REACH)
        return taken

    @classmethod
    def _set_lines(cls, wanted: dict[int, dict[str, Any]], new: Iterable[int]) -> set[int]:
        """Make the lines of records as wanted; answers the ids of older ones that changed by it."""
        fresh, moved = set(new), set()
        for name in sorted({name for parts in wanted.values() for name in parts}):
            lines = {id: parts[name] for id, parts in wanted.items() if name in parts}
            moved |= set_parts(part_named(cls, name), lines, fresh)
        return moved - fresh

    def change(self, values: dict[str, Any]) -> int:
        """Save those of {field: value} that differ from what stands; answers 1 if any did."""
        for name, value in settled(type(self), values, self.__data__).items():
            field = self._meta.combined[name]
            if field.db_value(self.__data__.get(field.name)) != field.db_value(value):
                setattr(self, name, value)
        return self.save() if self._dirty else 0

    @classmethod
    def reached(cls, id: int, action: str = "r") -> Self | None:
        """The record with this id when the actor may `action` on it, else None."""
        row = scope.ScopedAlias(cls, action=action)
        found: Self | None = row.select().where(row.id == id).first()
        return found


class Upserted(NamedTuple):
    """How many rows an upsert made, changed and found as they should be."""

    created: int
    changed: int
    unchanged: int


def _keys_of(field: Any) -> set[str]:
    """How a row may name the field: a foreign key by its own name or that of its id."""
    return {field.name, getattr(field, "object_id_name", field.name)}


def _columns_of(fields: list[Any], batch: Iterable[dict[str, Any]]) -> list[Any]:
    """The fields that the rows fill, by value or by default."""
    given: set[str] = set().union(*batch)
    if unknown := given - set().union(*map(_keys_of, fields)):
        raise UserError(f"There is no field {', '.join(sorted(unknown))}.")
    return [field for field in fields if field.default is not None or _keys_of(field) & given]


def _column_of(field: Any, batch: Iterable[dict[str, Any]]) -> list[Any]:
    """What the field holds in each row."""
    if isinstance(field, DerivedField):
        return [field.derive(row.get(field.of)) for row in batch]
    first, other = min(keys := _keys_of(field)), max(keys)
    default = field.default if callable(field.default) else lambda: field.default
    return [
        row[first] if first in row else row[other] if other in row else default() for row in batch
    ]
