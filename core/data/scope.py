"""Rules rendered into every FROM, through the private names of Peewee that write SQL.

A scoped model never appears in SQL as its bare table unless the system acts or no rule narrows the
actor: its place is taken by `(SELECT * FROM table AS x WHERE rule)`. Joins, aliases, sub-queries,
CTEs, counts and back-references pass through the same door because Peewee renders all of them here.
`tests/data/test_scope_canary.py` pins the SQL, so that a new Peewee cannot move the door unseen.
"""

from collections.abc import Iterable
from typing import Any

from peewee import (
    SCOPE_SOURCE,
    Context,
    Entity,
    Metadata,
    ModelAlias,
    ModelDelete,
    ModelInsert,
    ModelUpdate,
    Node,
    Select,
    Table,
    _WriteQuery,
)
from peewee import Model as PeeweeModel

from core.data import inserts
from core.data.changes import followed, root_key, tell_created, tell_deleted, tell_updated, told
from core.data.door import Where, door
from core.data.present import present
from core.data.rows import among
from core.data.selects import ScopedSelect
from core.errors import NotAllowed
from core.i18n import _

OUT_OF_REACH = _("You may not do this with these records: ask whoever manages your access.")


def _emit(
    ctx: Context, model: type[PeeweeModel], action: str, given: Where | None = None
) -> Context:
    """Write the source: the bare table, or the rows of it that the actor reaches (or `given`)."""
    rendering = ctx.state.rendering or ()
    # Inside a rule its own model is bare: a rule that asked for itself would never end.
    where = None if model in rendering else given or door.where(model, action)
    if where is None:
        return ctx.sql(model._meta.entity)
    row = ModelAlias(model)
    plain = {"converter": None, "in_expr": False, "in_function": False, "in_projection": False}
    with ctx.scope_normal(parentheses=True, subquery=True, rendering=(*rendering, model), **plain):
        ctx.literal("SELECT * FROM ").sql(model._meta.entity).literal(" AS ")
        ctx.sql(Entity(ctx.alias_manager[row])).literal(" WHERE ").sql(where(row))
    return ctx


class ScopedTable(Table):
    """The table of a scoped model."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A table is only read: write through its model, which checks the rows.")

    insert = replace = update = delete = _refuse

    def clone(self) -> "ScopedTable":
        return ScopedTable(
            self.__name__,
            columns=self._columns,
            primary_key=self._primary_key,
            schema=self._schema,
            alias=self._alias,
            _model=self._model,
            _database=self._database,
        )

    def __sql__(self, ctx: Context) -> Context:
        if ctx.scope != SCOPE_SOURCE:
            return super().__sql__(ctx)
        if self._alias:
            ctx.alias_manager[self] = self._alias
        return self.apply_alias(_emit(ctx, self._model, "r"))


class ScopedAlias(ModelAlias):
    """`Model.alias()`: the rows that the actor may `action`, or those that `where` names."""

    def __init__(self, model: Any, alias: Any = None, action: str = "r", where: Any = None) -> None:
        super().__init__(model, alias)
        self.__dict__.update({"action": action, "where": where})

    def __call__(self, **values: Any) -> Any:
        """A record as it was read: Peewee would take every field of an alias's for changed."""
        record = self.model(__no_default__=1, **values)
        record._dirty.clear()
        return record

    def select(self, *columns: Any) -> ScopedSelect:
        return ScopedSelect(self, columns or self.get_field_aliases())

    def __sql__(self, ctx: Context) -> Context:
        if ctx.scope != SCOPE_SOURCE:
            return super().__sql__(ctx)
        if self.alias:
            ctx.alias_manager[self] = self.alias
        _emit(ctx, self.model, self.action, self.__dict__["where"])
        return ctx.literal(" AS ").sql(Entity(ctx.alias_manager[self]))


def whole_table(model: type[PeeweeModel]) -> ModelAlias:
    """An alias of the model that no rule narrows: for rules of the kernel to look things up in.

    Its rows must reach nobody but through such a rule.
    """
    return ModelAlias(model)


class ScopedMetadata(Metadata):
    """Peewee's metadata with a table that knows the door."""

    _table: ScopedTable | None

    @property
    def table(self) -> ScopedTable:
        if self._table is None:
            self._table = ScopedTable(
                self.table_name,
                [field.column_name for field in self.sorted_fields],
                schema=self.schema,
                _model=self.model,
                _database=self.database,
            )
        return self._table

    @table.deleter
    def table(self) -> None:
        self._table = None


def in_reach(model: type[PeeweeModel], ids: Iterable[int], action: str) -> set[int]:
    """Those of `ids` that exist and on which the current actor may `action`."""
    if door.where(model, action) is None:
        return present(model, list(ids))
    row, wanted = ScopedAlias(model, action=action), list(ids)
    return {id for (id,) in row.select(row.id).where(among(row.id, wanted)).tuples()}


def _narrowed(query: Any, action: str) -> Any:
    """The same write on the rows that the actor reaches; the query itself where nothing narrows."""
    if door.where(query.model, action) is None:
        return query
    row = ScopedAlias(query.model, action=action)
    key = query.model._meta.primary_key
    return query.where(key.in_(row.select(row.id)))


class Reached(Node):
    """The source of those rows of a model that the actor may `action`. Columns of the model mean
    these rows, whatever the actor may read.
    """

    def __init__(self, model: type[PeeweeModel], action: str) -> None:
        self.model = model
        self.action = action

    def __sql__(self, ctx: Context) -> Context:
        name = Entity(ctx.alias_manager[self.model._meta.table])
        if ctx.scope == SCOPE_SOURCE:
            _emit(ctx, self.model, self.action).literal(" AS ")
        return ctx.sql(name)


def _standing(query: Any, action: str, fields: list[Any], database: Any) -> dict[int, list[Any]]:
    """{id: stored values of `fields`} of the rows that a write is about to meet. Nobody else can
    change them before the transaction ends.
    """
    source = Reached(query.model, action)
    others = getattr(query, "_from", None) or ()
    rows = Select([source, *others], [query._key, *fields])
    if query._where is not None:
        rows = rows.where(query._where)
    if database.for_update:
        rows = rows.for_update(of=source)
    return {id: values for id, *values in database.execute(rows).fetchall()}


def _executed(query: Any, database: Any, *fields: Any) -> list[tuple[Any, ...]]:
    """Run the write; answers (id, id of the root, *stored values of `fields`) of each row."""
    query = query._checked()
    query._returning = (query.model._meta.primary_key, root_key(query.model), *fields)
    return list(database.execute(query).fetchall())


def _verify(model: type[PeeweeModel], ids: list[int], action: str) -> None:
    """Refuse what a write made or moved out of the actor's own reach; the caller's transaction
    takes it back.
    """
    if door.where(model, action) is not None and in_reach(model, ids, action) != set(ids):
        raise NotAllowed(OUT_OF_REACH)


class Checked(_WriteQuery):
    """A write that nothing but its own `execute()` runs: inside a CTE, or handed to the database,
    its SQL would change rows that nobody verified.
    """

    _is_checked = False

    @property
    def _key(self) -> Any:
        return self.model._meta.primary_key

    def _checked(self) -> Any:
        query = self.clone()
        query._is_checked = True
        return query

    def sql(self) -> Any:
        """The SQL and its parameters, to look at."""
        return super(Checked, self._checked()).sql()

    def _require_check(self) -> None:
        if not self._is_checked:
            raise TypeError("Only its own execute() may run a write: nobody would check its rows.")


class ScopedInsert(Checked, ModelInsert):
    """An insert whose rows must be within reach once they stand. Answers the list of new ids
    for many rows and the id for one.
    """

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A conflict could overwrite a hidden row: use upsert().")

    on_conflict = on_conflict_ignore = on_conflict_replace = _refuse

    def __sql__(self, ctx: Context) -> Context:
        self._require_check()
        return ModelInsert.__sql__(self, ctx)

    def _execute(self, database: Any) -> Any:
        with database.atomic():
            query = self._checked()
            query._returning = (self._key, root_key(self.model))
            rows = inserts.run(query, database)
            ids = [row[0] for row in rows]
            _verify(self.model, ids, "c")
            tell_created(self.model, rows)
            door.touched(self.model, ids)
        return ids[0] if isinstance(self._insert, dict) else ids


class ScopedUpdate(Checked, ModelUpdate):
    """An update of rows within reach that leaves them there. Answers how many it changed."""

    def __sql__(self, ctx: Context) -> Context:
        self._require_check()
        return ModelUpdate.__sql__(_narrowed(self, "u"), ctx)

    def _execute(self, database: Any) -> Any:
        wanted, fields = self._returning, followed(self._update)
        with database.atomic():
            before = _standing(self, "u", fields, database) if fields else {}
            query = self.where(among(self._key, before)) if fields else self
            rows = _executed(query, database, *fields) if before or not fields else []
            ids = [row[0] for row in rows]
            _verify(self.model, ids, "u")
            if fields:
                tell_updated(self.model, fields, before, rows)
            door.touched(self.model, ids)
            if not wanted:
                return len(ids)
            changed = self.model.select(*wanted).where(self._key.in_(ids))
            return list(changed.tuples())


class ScopedDelete(Checked, ModelDelete):
    """A delete of rows within reach. Answers how many went."""

    def returning(self, *columns: Any) -> Any:
        """Refused: what may be deleted need not be readable."""
        raise TypeError("A delete answers only how many went: select() the rows before.")

    def __sql__(self, ctx: Context) -> Context:
        self._require_check()
        return ModelDelete.__sql__(_narrowed(self, "d"), ctx)

    def _execute(self, database: Any) -> Any:
        fields = told(self.model._meta.sorted_fields)
        with database.atomic():
            before = _standing(self, "d", fields, database)
            after = door.leaving(self.model, list(before))
            rows = _executed(self.where(among(self._key, before)), database) if before else []
            tell_deleted(self.model, fields, before, rows)
            after()
        return len(rows)
