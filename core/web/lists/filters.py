"""The filters of a list: the controls that offer them, and what the address says of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from peewee import BooleanField, CharField, DateField, Field, ForeignKeyField

from core.data.translated import TranslatedField
from core.errors import UserError
from core.exchange.names import choices_of, hidden_fields
from core.i18n import _, pgettext
from core.modules.registry import current_registry
from core.web.cells import formatter

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

MOST_CHOICES = 100


def operators_of(field: Field) -> list[tuple[str, Any]]:
    """The comparisons that a list offers for a field, the usual one first."""
    if isinstance(field, DateField):
        return [
            (">=", pgettext("filter", "from")),
            ("<=", pgettext("filter", "until")),
            ("=", pgettext("filter", "on")),
        ]
    if isinstance(field, (CharField, TranslatedField)) and not field.choices:
        return [
            ("contains", pgettext("filter", "contains")),
            ("=", pgettext("filter", "is")),
            ("starts", pgettext("filter", "begins with")),
        ]
    return [("=", pgettext("filter", "is"))]


class Filters:
    """The filters that a view offers and the actor may use, as one address sets them."""

    def __init__(self, view: "ModelView", args: Any) -> None:
        self.view = view
        hidden = hidden_fields(view.model)
        if asked := sorted(hidden & set(view.column_filters) & set(args)):
            raise UserError(_("There is no filter “%(name)s” here.", name=asked[0]))
        fields = current_registry().fields(view.model)
        self.fields = {
            name: fields[name]
            for name in view.column_filters
            if name in fields and name not in hidden
        }
        self.values = {name: args[name].strip() for name in self.fields if args.get(name)}
        self.operators = {
            name: self._operator(field, args.get(f"{name}.op", ""))
            for name, field in self.fields.items()
        }
        self.names: dict[str, dict[Any, str]] = {}  # of records that the controls offer
        self.where = tuple(
            [name, self.operators[name], value] for name, value in self.values.items()
        )

    def _operator(self, field: Field, given: str) -> str:
        offered = [operator for operator, _title in operators_of(field)]
        if given and given not in offered:
            raise UserError(
                _(
                    "“%(name)s” cannot be compared by “%(operator)s”.",
                    name=self.view.label(field.name),
                    operator=given,
                )
            )
        return given or offered[0]

    def controls(self) -> list[dict[str, Any]]:
        return [self._control(name, field) for name, field in self.fields.items()]

    def _control(self, name: str, field: Field) -> dict[str, Any]:
        kind, choices = "text", []
        if field.choices:
            kind, choices = "choice", list(field.choices)
        elif isinstance(field, ForeignKeyField):
            kind, choices = "reference", choices_of(field.rel_model, MOST_CHOICES)
            self.names[name] = dict(choices)
        elif isinstance(field, BooleanField):
            kind = "bool"
        elif isinstance(field, DateField):
            kind = "date"
        return {
            "name": name,
            "label": self.view.label(name),
            "kind": kind,
            "choices": choices,
            "operators": operators_of(field),
            "operator": self.operators[name],
            "value": self.values.get(name, ""),
        }

    def applied(self, url: Callable[..., str]) -> list[dict[str, Any]]:
        """The filters in force, each with the address of the list without it."""
        return [
            {
                "label": self.view.label(name),
                "text": self._text(self.fields[name], value),
                "remove_url": url(**{name: None, f"{name}.op": None}),
            }
            for name, value in self.values.items()
        ]

    def _text(self, field: Field, value: str) -> Any:
        if isinstance(field, BooleanField):
            return _("Yes") if value in ("1", "true") else _("No")
        if isinstance(field, ForeignKeyField):
            key = int(value) if value.isdigit() else None
            return formatter(field, [key], {}, self.names.get(field.name, {}))(key) or value
        return formatter(field, (), {})(value) if field.choices else value
