"""What is personal: declared by the authors of models, and by those who extend them."""

from collections.abc import Iterator
from typing import Any

import peewee
from peewee import Field, ForeignKeyField

from core.access.lines import part_of
from core.data.fields import DerivedField
from core.data.model import Model
from core.modules.registry import Registry, addon_of, current_registry


def personal_fields(model: type[Model]) -> dict[str, Field]:
    """The fields of the model that hold personal values, by name; also those that addons added."""
    registry = current_registry()
    return registry.once(("personal", model), lambda: _personal_fields(registry, model))


def _personal_fields(registry: Registry, model: type[Model]) -> dict[str, Field]:
    names = set(getattr(model._meta, "personal", ()))
    for extension in registry.extensions:
        if extension.model is model:
            names |= set(extension.personal or ())
    return {name: field for name, field in registry.fields(model).items() if name in names}


def following(model: type[Model]) -> dict[str, Field]:
    """The fields that follow from personal ones, and change with them."""
    of = personal_fields(model)
    found = current_registry().fields(model).items()
    return {name: f for name, f in found if isinstance(f, DerivedField) and f.of in of}


def owner_key(model: type[Model]) -> str | None:
    """The foreign key to the person whose values a model holds beside its own business."""
    found: str | None = getattr(model._meta, "personal_of", None)
    return found


def has_people(model: type[Model]) -> bool:
    """Whether records of the model may be people: they can be handed out and erased."""
    return bool(personal_fields(model)) and not part_of(model) and not owner_key(model)


def models_of_people() -> list[type[Model]]:
    return [model for model in current_registry().models if has_people(model)]


def is_person(record: Model) -> bool:
    """Whether the record is a person as its model says it; others only an administrator erases."""
    when: dict[str, Any] = getattr(record._meta, "personal_when", {})
    return all(record.__data__.get(name) == value for name, value in when.items())


def personal_parts(model: type[Model]) -> dict[str, type[Model]]:
    """The lines of a person that hold personal values: they go as a whole."""
    parts = current_registry().parts(model)
    return {name: part for name, part in parts.items() if personal_fields(part)}


def copies_elsewhere(model: type[Model]) -> list[tuple[type[Model], ForeignKeyField]]:
    """The models that hold values of people of `model`, each with its key to the person."""
    found = []
    for other in current_registry().models:
        if (name := owner_key(other)) and (key := other._meta.fields[name]).rel_model is model:
            found.append((other, key))
    return found


def faults_of_personal(registry: Registry, name: str) -> Iterator[str]:
    """What is wrong with what an addon says of personal values, a sentence each."""
    for model in (each for each in registry.models if addon_of(each) == name):
        fields = registry.fields(model)
        said = getattr(model._meta, "personal", ())
        for word in said:
            if word not in fields or isinstance(fields[word], DerivedField):
                yield (
                    f"{name}: Meta.personal of {model.__name__} names {word}, which is no field of"
                    " its own: correct it or take it out."
                )
            elif not can_be_blank(fields[word]) and not part_of(model):
                yield (
                    f"{name}: {model.__name__}.{word} is personal and must be filled in: give it"
                    " null=True or a default, so that it can be erased."
                )
        key = fields.get(owner_key(model) or "")
        if owner_key(model) and not (said and isinstance(key, ForeignKeyField)):
            yield (
                f"{name}: Meta.personal_of of {model.__name__} must name a foreign key to a person,"
                " and Meta.personal the fields that hold their values."
            )


def can_be_blank(field: Field) -> bool:
    """Whether something can stand in the field when its value is erased."""
    is_text = isinstance(field, (peewee.CharField, peewee.TextField)) and not field.choices
    return bool(field.null or field.default is not None or is_text)
