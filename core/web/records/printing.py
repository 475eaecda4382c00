"""Papers of one record: those that addons declare, and a sheet that every record has."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, abort, current_app, g
from flask_admin import expose
from markupsafe import Markup
from peewee import DoesNotExist, Field, ForeignKeyField, IntegerField

from core.access.models import Organization
from core.access.policy import current_policy
from core.data.actor import current_actor
from core.data.hiding import hiding
from core.data.model import Model
from core.errors import NotAllowed
from core.exchange.names import hidden_fields, name_of, without
from core.i18n import _
from core.modules.registry import current_registry
from core.paper.documents import data_of, documents_of, plain
from core.paper.printer import printer_in
from core.paper.templates import paper_of
from core.paper.wire import Paper
from core.web.cells import EMPTY, formatter
from core.web.downloads import called
from core.web.records.details import Details, title_of

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

SHEET = "sheet"
# The viewer of a browser styles itself; nothing else may happen on a paper.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class Printing:
    """The addresses at which a view prints."""

    @expose("/<int:id>/print/<paper>.pdf")
    def print_view(self: Any, id: int, paper: str) -> Response:
        """A paper of one record; changes nothing."""
        g.place = self.place
        record = self.get_one(id)
        if record is None:
            abort(404)
        made = _sheet(self, record) if paper == SHEET else _document(self.model, record, paper)
        body = printer_in(current_app.config["KARVON"].paths.var).print(made)
        return pdf(body, made.title)


def papers_of(view: "ModelView", record: Model) -> list[dict[str, Any]]:
    """{title, url} of what can be printed of a record."""
    url = f"{view.list_url}{record.id}/print"
    found = [
        {"title": each.mark.title, "url": f"{url}/{name}.pdf"}
        for name, each in documents_of(view.model).items()
    ]
    return [*found, {"title": _("All facts"), "url": f"{url}/{SHEET}.pdf"}]


def pdf(body: bytes, title: str) -> Response:
    """A PDF that opens in the browser and is called after what is on it."""
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = called(f"{title}.pdf", "paper.pdf", "inline")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _document(model: type[Model], record: Model, name: str) -> Paper:
    found = documents_of(model).get(name)
    if found is None:
        abort(404)
    without(hidden_fields(model), record)
    title = f"{found.mark.title} {name_of(record)}"
    try:
        with hiding(hidden_fields):  # an addon may go on from the record to any other
            data = {"house": house(), **data_of(found, record)}
    except DoesNotExist as error:
        raise NotAllowed(
            _("This paper tells of records that you may not see: let somebody print it who may.")
        ) from error
    return paper_of(found.mark.template, data, title, record.updated_at.isoformat())


def house() -> dict[str, Any] | None:
    """The head of a paper: our organization, as far as the reader may see it."""
    if current_policy().fields(Organization, current_actor(), "r") is None:
        return None
    found = Organization.select().where(Organization.archived_at.is_null())
    first = found.order_by(Organization.id).first()
    if first is None:
        return None
    ours = without(hidden_fields(Organization), first)
    names = ("tax_id", "vat_code", "bank_code", "bank_accounts")
    fields = Organization._meta.fields
    papers = [
        [fields[name].verbose_name, value] for name in names if (value := ours.__data__.get(name))
    ]
    data: dict[str, Any] = plain({"name": ours.name, "address": ours.address, "papers": papers})
    return data


def _sheet(view: "ModelView", record: Model) -> Paper:
    sheet = Sheet(view, record)
    title = name_of(sheet.record)
    return paper_of(
        "print/sheet.html",
        {"house": house(), **sheet.data()},
        title,
        record.updated_at.isoformat(),
    )


class Sheet(Details):
    """What a page of a record says, as plain text."""

    def data(self) -> dict[str, Any]:
        """What fills `print/sheet.html`."""
        sections = [self._printed(title, names) for title, names in self._sections()]
        groups = [
            found
            for title, backref in self.view.related
            if (found := self._related(title, backref))
        ]
        data: dict[str, Any] = plain(
            {
                "kind": self.view.title,
                "subtitle": text_of(self.view.subtitle(self.record)),
                "states": [text_of(title) for _tone, title in self._states()],
                "sections": [each for each in sections if each["facts"] or each["tables"]],
                "related": [
                    {
                        "title": each["title"],
                        "total": each["total"],
                        "rows": [[text_of(row[-2]), text_of(row[-1])] for row in each["rows"]],
                    }
                    for each in groups
                ],
            }
        )
        return data

    def _printed(self, title: Any, names: tuple[str, ...]) -> dict[str, Any]:
        facts = [fact for name in names for fact in self._texts(name) if fact[1]]
        tables = [table for name in names if (table := self._table(name))]
        return {"title": title, "facts": facts, "tables": tables}

    def _texts(self, name: str) -> list[list[Any]]:
        if name in self.computed or (name in self.parts and self._only_leads(name)):
            return [[label, text_of(html)] for label, html in self._facts(name)]
        if name in self.parts or name not in self.fields:
            return []
        value = self.record.__data__.get(name)
        shown = "" if value in (None, "") else formatter(self.fields[name], [value], {})(value)
        return [[self.view.label(name), text_of(shown)]]

    def _only_leads(self, backref: str) -> bool:
        shown = current_registry().open_fields(self.parts[backref])
        return [type(field) for field in shown.values()] == [ForeignKeyField]

    def _table(self, backref: str) -> dict[str, Any] | None:
        """The lines of the record, a column for each of their fields."""
        if backref not in self.parts or self._only_leads(backref):
            return None
        part = self.parts[backref]
        fields = current_registry().open_fields(part)
        lines = [line.__data__ for line in getattr(self.record, backref).order_by(part.id)]
        if not lines:
            return None
        columns = {name: [line[name] for line in lines] for name in fields}
        shown = [column_texts(field, columns[name]) for name, field in fields.items()]
        return {
            "title": title_of(part),
            "heads": [
                {"title": field.verbose_name or name, "is_number": is_number(field)}
                for name, field in fields.items()
            ],
            "rows": [list(row) for row in zip(*shown, strict=True)],
        }


def is_number(field: Field) -> bool:
    """Whether the values of the field stand at the right of their column."""
    return isinstance(field, IntegerField) and not isinstance(field, ForeignKeyField)


def column_texts(field: Field, values: Sequence[Any]) -> list[str]:
    """The values of one column as they stand on a page."""
    show = formatter(field, values, {})
    return ["" if value is None else text_of(show(value)) for value in values]


def text_of(value: Any) -> str:
    """What stands on a page, without its marks."""
    if value is EMPTY:
        return ""
    return value.striptags() if isinstance(value, Markup) else str(value)
