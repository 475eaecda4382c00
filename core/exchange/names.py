"""What records are called, as far as the current actor may know it."""

from collections.abc import Iterable
from typing import Any

from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.hiding import called
from core.data.model import Model
from core.data.rows import among_given, as_given
from core.data.translated import TranslatedField, in_order, spoken
from core.exchange.statements import asked
from core.modules.registry import current_registry


def hidden_fields(model: type[Model]) -> frozenset[str]:
    """What of a model stays hidden from the current actor."""
    return current_policy().fields(model, current_actor(), "r") or frozenset()


def hides_searched_lines(model: type[Model]) -> bool:
    """Whether a search looks through a field of lines that is hidden from the current actor."""
    parts = current_registry().parts(model)
    paths = [path.split(".") for path in getattr(model._meta, "search", ()) if "." in path]
    return any(name in hidden_fields(parts[lines]) for lines, name in paths if lines in parts)


def title_field(model: type[Model]) -> str | None:
    """The field that names a record to people; None also where the current actor may not see it."""
    is_named = "name" in model._meta.fields and "name" not in hidden_fields(model)
    return "name" if is_named else None


def names_of(model: type[Model], ids: Iterable[Any]) -> dict[Any, str]:
    """{id: name} of those that the actor may see."""
    wanted = list(ids)
    name = title_field(model)
    if not wanted or name is None:
        return {}
    columns = (model.id, model._meta.fields[name])

    def build(given: Any) -> Any:
        return model.select(*columns).where(among_given(model.id, given))

    return dict(asked("names", model, columns, build, as_given(wanted)))


def choices_of(model: type[Model], most: int) -> list[tuple[Any, str]]:
    """(id, name) of the records to choose from, by name; none where they are more than `most`."""
    name = title_field(model)
    if name is None:
        return []
    columns = (model.id, model._meta.fields[name])
    language = spoken() if isinstance(columns[1], TranslatedField) else ""

    def build() -> Any:
        query = model.select(*columns).where(model.archived_at.is_null())
        return query.order_by(in_order(columns[1])).limit(most + 1)

    found = asked(("choices", most, language), model, columns, build)
    return found if len(found) <= most else []


def name_of(record: Model) -> str:
    """What one record is called, or its number where the actor may not know that."""
    return called(record, hidden_fields(type(record)))


def without(hidden: frozenset[str], record: Model) -> Model:
    """The record as its reader may see it: what is hidden is empty."""
    for name in hidden & record.__data__.keys():
        record.__data__[name] = None
    return record
