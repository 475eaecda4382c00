"""What addons declare beside models and access: menus, computed columns, extensions of models."""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from peewee import Field, ForeignKeyField

from core.access.limits import FieldLimit
from core.access.lines import Access, Role, Rule
from core.data.model import Model
from core.errors import ManifestError
from core.i18n import Text

F = TypeVar("F", bound=Callable[..., Any])
K = TypeVar("K")

Tables = Mapping[str, Container[str]]  # the columns that the database has, by table

SAID = ("verbose_name", "help_text", "choices", "states")  # of a column, to people


class Declared:
    """What an addon declares by standing in one of its modules: an instance, or a subclass.

    A kind of declaration is a subclass of this one; `registry.all_of(kind)` gives those of the
    enabled addons, `registry.classes_of(kind)` the classes that they made of it.
    """


class Mark:
    """What a decorator leaves on a function; `registry.marked_by(kind)` gives the functions."""

    def check(self, marked: "Marked[Any]") -> None:
        """Raise `ManifestError` for what would go wrong once the function is called."""


@dataclass(frozen=True)
class Marked(Generic[K]):
    """A function that an addon marked, and the mark."""

    mark: K
    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """What logs and tables call it: `contacts.remind`."""
        path = self.function.__module__.split(".")
        return f"{path[1] if path[0] == 'addons' else path[0]}.{self.function.__name__}"


@dataclass(frozen=True, eq=False)
class Menu:
    """A section of the side menu; its name is `addon` or `addon.word`. It stands right after the
    section called `after`, and where that is not there, by its `position`.
    """

    name: str
    title: Text
    icon: str = "box"
    position: int = 50
    after: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """A value that is computed for a whole page of records at once."""

    model: type[Model]
    title: Text
    name: str
    values: Callable[[Sequence[Any]], dict[int, Any]]


@dataclass(frozen=True)
class ColumnMark(Mark):
    """That a function computes a column."""

    model: type[Model]
    title: Text


@dataclass(frozen=True)
class DeclaringMark(Mark):
    """That a function answers more declarations of its addon."""


class Extend:
    """Columns that one addon adds to another's model. Those of the same names are the same.

    Each name begins with the addon's; each column may be empty or has a default in the database
    (`constraints=[SQL("DEFAULT 0")]`), else inserts would fail once the addon is off. `personal`
    names those that hold personal values, where the model is of people; () says that none does.
    """

    def __init__(
        self, model: type[Model], *, personal: Collection[str] | None = None, **columns: Field
    ) -> None:
        self.model = model
        self.columns = columns
        self.personal = personal
        for name, column in columns.items():
            if not column.null and not column.constraints:
                raise ManifestError(
                    f"{model.__name__}.{name} must be null=True or have a database default:"
                    " the addon that fills it can be switched off."
                )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Extend):
            return NotImplemented
        return self.model is other.model and self.columns.keys() == other.columns.keys()

    def __hash__(self) -> int:
        return hash((self.model, frozenset(self.columns)))

    def apply(self, tables: Tables | None = None) -> None:
        """Add the columns to the class, of those in `tables` alone if these are given. One that is
        there already, and of the same kind, stays, and says of itself what is said now: requests in
        flight hold on to it.
        """
        known = None if tables is None else tables.get(self.model._meta.table_name, ())
        for name, column in self.columns.items():
            if known is not None and column_of(name, column) not in known:
                continue
            standing = self.model._meta.fields.get(name)
            if standing is column:
                continue
            if standing is not None and _kind(standing) == _kind(column):
                told = {word: column.__dict__[word] for word in SAID if word in column.__dict__}
                standing.__dict__.update(told)
                continue
            if standing is not None:
                self.model._meta.remove_field(name)
            column.extension = self
            self.model._meta.add_field(name, column)


def column_of(name: str, column: Field) -> str:
    """What a column will be called in the database, as Peewee says it once it is in a class."""
    is_plain = not isinstance(column, ForeignKeyField) or name.endswith("_id")
    return str(column.column_name or (name if is_plain else f"{name}_id"))


def _kind(column: Field) -> tuple[Any, ...]:
    """What of a column is in the database."""
    return type(column), getattr(column, "rel_model", None), getattr(column, "max_length", None)


def marking(mark: Mark) -> Callable[[F], F]:
    """Leave `mark` on a function: what decorators of addons are made of."""

    def decorate(function: F) -> F:
        function.__dict__.setdefault("marks", []).append(mark)
        return function

    return decorate


def declaring(function: F) -> F:
    """Mark a function that answers more declarations, as they would stand in a module: `Extend`,
    `FieldLimit`, subclasses of `ViewExtension`, functions marked by `on`. It is asked, as the
    system, each time that an app is built: it reads tables, and `next_generation` lets it be
    asked anew in every process.
    """
    return marking(DeclaringMark())(function)


def column(model: type[Model], title: Text) -> Callable[[F], F]:
    """Mark a function that takes the rows of a page (objects with an `id`) and returns
    {id: text}: a column of lists, details and the API, computed once a page.
    """
    return marking(ColumnMark(model, title))


@dataclass
class Declarations:
    """All that one addon's modules hold, by kind, in the order of the code."""

    models: list[type[Model]] = field(default_factory=list)
    extensions: list[Extend] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    access: list[Access] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    limits: list[FieldLimit] = field(default_factory=list)
    menus: list[Menu] = field(default_factory=list)
    views: list[type[Any]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    declared: list[Any] = field(default_factory=list)
    marked: list[Marked[Any]] = field(default_factory=list)
