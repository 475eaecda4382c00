"""Values as people read them: one function a column, bound once a page, called for each row."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import g
from markupsafe import Markup, escape
from peewee import BooleanField, DateField, Field, ForeignKeyField, IntegerField

from core.access.models import RoleField
from core.access.policy import current_policy
from core.data.fields import DateTimeField, EmailField, MoneyField, ScaledField, TelephoneField
from core.data.model import Model
from core.data.money import as_money
from core.data.richtext import RichTextField, as_plain, cleaned
from core.data.telephones import display_telephone, normalise_telephone
from core.exchange.names import names_of
from core.formats import format_date, format_datetime, format_integer, format_money
from core.i18n import _
from core.web.shell import initials, tone

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

Formatter = Callable[[Any], Any]
_PLAIN_NUMBER = re.compile(r"\+[0-9 \u00a0()-]+")  # with its code and nothing behind it
_BETWEEN = str.maketrans("", "", " \u00a0()-")
EMPTY = Markup('<span class="muted">—</span>')


def formatter(
    field: Field,
    values: Iterable[Any],
    tones: dict[str, str],
    known: Mapping[Any, str] = MappingProxyType({}),
) -> Formatter:
    """How to show `field`. Names of foreign keys that are not `known` are fetched, for all of
    `values` at once.
    """
    if isinstance(field, ForeignKeyField):
        wanted = {value for value in values if value is not None} - known.keys()
        names = {**known, **names_of(field.rel_model, wanted)}
        return lambda value: names.get(value, "")
    if field.choices:
        return _state(field, tones)
    for kind, show in _BY_TYPE:
        if isinstance(field, kind):
            return show
    return lambda value: "" if value is None else value


def _state(field: Field, tones: dict[str, str]) -> Formatter:
    if not tones:
        titles = {value: str(title) for value, title in field.choices}
        return lambda value: titles.get(value, value or "")
    marks = {
        value: Markup('<span class="st {}">{}</span>').format(tones.get(value, "is-mute"), title)
        for value, title in field.choices
    }
    return lambda value: marks.get(value, "")


def _boolean(value: Any) -> Any:
    return _("Yes") if value else _("No")


def _telephone(value: Any) -> Any:
    return display_telephone(value) if value else ""


def _role(value: Any) -> Any:
    role = current_policy().roles.get(value)
    return role.title if role else value or ""


def _number(value: Any) -> Any:
    return "" if value is None else format_integer(value)


def _money(value: Any) -> Any:
    """An amount with the sign of its currency; where that is not known, the figures alone."""
    if value is None:
        return ""
    amount = as_money(value)
    return format_money(amount, amount.currency)


_BY_TYPE: tuple[tuple[type[Field], Formatter], ...] = (
    (BooleanField, _boolean),
    (RichTextField, lambda value: as_plain(value) if value else ""),
    (RoleField, _role),
    (DateTimeField, lambda value: "" if value is None else format_datetime(value)),
    (DateField, lambda value: "" if value is None else format_date(value)),
    (TelephoneField, _telephone),
    (ScaledField, lambda value: "" if value is None else str(value)),
    (MoneyField, _money),
    (IntegerField, _number),
)


def fact(field: Field, value: Any, tones: dict[str, str]) -> Any:
    """One value on the page of a record: as in a list, but telephones and e-mails are links."""
    if value in (None, ""):
        return EMPTY
    if isinstance(field, ForeignKeyField):
        return link(field.rel_model, value)
    if isinstance(field, RichTextField):
        return rich(value)
    if isinstance(field, EmailField):
        return Markup('<a href="mailto:{0}">{0}</a>').format(value)
    if isinstance(field, TelephoneField):
        return telephone(value)
    return formatter(field, (), tones)(value)


def rich(text: str) -> Markup:
    """A formatted text as it is read; cleaned once more, whoever wrote it into the database."""
    return Markup('<div class="rich">{}</div>').format(Markup(cleaned(text)))  # noqa: S704 - clean


def telephone_url(number: str) -> str:
    """The address that calls a number when it is tapped."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return f"tel:{normalise_telephone(number) or digits}"


@lru_cache(maxsize=4096)  # as for display_telephone
def called(shown: str) -> str:
    """A number as a list shows it, escaped already, so that it calls when it is pressed."""
    if _PLAIN_NUMBER.fullmatch(shown):  # as most of them: not read by the library
        url = f"tel:{shown.translate(_BETWEEN)}"
    else:
        url = telephone_url(unescape(shown))
    return f'<a href="{url}">{shown}</a>' if len(url) > len("tel:+") else shown


def telephone(value: str) -> Markup:
    """A number that calls when it is tapped."""
    return Markup('<a class="num" href="{}">{}</a>').format(
        telephone_url(value), display_telephone(value)
    )


def avatar(id: int, name: str) -> Markup:
    """The letters of a name before it in a list."""
    return _avatar(tone(id), initials(name))


@lru_cache(maxsize=4096)
def _avatar(tone: str, letters: str) -> Markup:
    # Kept because a list shows a hundred of these, and Markup.format takes eight microseconds.
    shown = '<span class="avatar avatar-sm sq {}" aria-hidden="true">{}</span>'
    return Markup(shown).format(tone, letters)  # noqa: S704 - a text of ours


def link(model: type[Model], id: Any) -> Any:
    """A record by its name, linked where it has a page that the actor may see."""
    name = names_of(model, [id]).get(id)
    if name is None:
        return EMPTY
    url = record_url(model, id)
    return Markup('<a href="{}">{}</a>').format(url, name) if url else escape(name)


def marks(model: type[Model], ids: list[Any]) -> Markup:
    """Those of the records that the actor may see by their names, side by side, each linked
    where it has a page.
    """
    names = names_of(model, ids)
    if not names:
        return EMPTY
    return Markup('<span class="marks">{}</span>').format(
        Markup(" ").join(
            Markup('<a class="st" href="{}">{}</a>').format(url, names[id])
            if (url := record_url(model, id))
            else Markup('<span class="st">{}</span>').format(names[id])
            for id in sorted(names, key=lambda id: names[id])
        )
    )


def states_of(view: "ModelView", record: Model) -> list[tuple[str, Any]]:
    """(tone, title) of each state of a record from which `without` took what is hidden."""
    return [
        (tones.get(value, "is-mute"), dict(view.model._meta.fields[name].choices)[value])
        for name, tones in view.state_tones.items()
        if (value := record.__data__.get(name))
    ]


def record_url(model: type[Model], id: Any) -> str | None:
    """The address of a record's page; None when nothing shows this model."""
    view = g.views.get(model)
    return f"{view.list_url}{id}" if view else None


def escaped(values: list[Any]) -> list[str]:
    """`values` as HTML. Escaping is slow: the plain texts are escaped at once, with a NUL between.

    Markup is a str too, and equal to the plain text that must not become it: hence `type`.
    """
    texts = [value for value in values if type(value) is str]
    safe = str(escape("\0".join(texts))).split("\0")
    if len(safe) != len(texts):  # a NUL stood in one of them
        safe = [str(escape(text)) for text in texts]
    plain = dict(zip(texts, safe, strict=True))
    return [plain[value] if type(value) is str else _html(value) for value in values]


def _html(value: Any) -> str:
    return str(value) if type(value) is Markup else str(escape(value))
