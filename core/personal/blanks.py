"""What stands in a field when its value is erased: nothing, or a word where it must be filled."""

from collections.abc import Collection, Iterable
from itertools import chain, count
from typing import Any

from peewee import Field

from core.data.actor import system
from core.data.database import transaction
from core.data.erasing import erase_values_of
from core.data.history import births
from core.data.model import Model
from core.i18n import _, default_language, speaking
from core.personal.declared import personal_fields


def erase_fields(model: type[Model], ids: Iterable[int], names: Collection[str] = ()) -> int:
    """Take what these fields of the records hold, now and in their history, without names all that
    are personal; answers how many records there were. It passes the rules: whoever calls it has
    asked whether it may be.
    """
    wanted = {name: model._meta.fields[name] for name in names or personal_fields(model)}
    found = sorted(set(ids))
    with transaction(), system("personal values are erased"):
        for some, values in _blanks(wanted, found):
            model.update(**values).where(model.id.in_(some)).execute()
        table = model._meta.table_name
        erase_values_of(table, births(table, found), wanted)
    return len(found)


def _blanks(fields: dict[str, Field], ids: list[int]) -> Iterable[tuple[list[int], dict[str, Any]]]:
    """(records, {field: what is to stand there}), in as few updates as the words allow."""
    if any(has_word(field) for field in fields.values()):
        return [([id], {n: blank(f, id) for n, f in fields.items()}) for id in ids]
    return [(ids, {name: blank(field, 0) for name, field in fields.items()})] if ids else []


def has_word(field: Field) -> bool:
    """Whether a word must stand where the value was, one of each record's own."""
    return not field.null and (field.unique or field.default is None)


def blank(field: Field, id: int) -> Any:
    """What is to stand in the field of a record when its value is erased."""
    if field.null:
        return None
    if has_word(field):
        word = _free(field, id) if field.unique else erased_name(id)
        return word[: getattr(field, "max_length", None) or len(word)]
    return field.default() if callable(field.default) else field.default


def _free(field: Field, id: int) -> str:
    """A word that no other record holds: people may have called one so."""
    words = chain([f"erased-{id}"], (f"erased-{id}-{number}" for number in count(2)))
    others = field.model.id != id
    return next(w for w in words if not field.model.select().where(field == w, others).exists())


def erased_name(id: int) -> str:
    """What an erased person is called, in the language of the instance."""
    with speaking(default_language()):
        return str(_("Erased person %(number)s", number=id))
