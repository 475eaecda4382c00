"""The list of one model for one request: what is asked for, and what the template needs."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from peewee import ForeignKeyField, TextField
from werkzeug.datastructures import MultiDict

from core.exchange.names import title_field
from core.exchange.selection import Ask, Page, Row, Selection, default_sort
from core.formats import format_count, format_integer
from core.i18n import _
from core.web.cells import formatter
from core.web.lists.filters import Filters

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

ORDER_KEYS = ("after", "before", "at")


class Listing:
    """Reads the address of a list and answers the page for `list.html`."""

    def __init__(self, view: "ModelView", args: "MultiDict[str, str]") -> None:
        self.view = view
        self.args = args
        self.words = {
            key: _word(key, value) for key, value in args.items() if key not in ORDER_KEYS
        }
        self.search = args.get("search", "").strip()
        self.sort = args.get("sort", "")
        self.filters = Filters(view, args)
        self.selection = Selection(
            view.model,
            Ask(
                search=self.search,
                where=self.filters.where,
                sort=self.sort,
                limit=view.page_size,
                after=args.get("after", ""),
                before=args.get("before", ""),
            ),
        )
        fields, computed = self.selection.fields, self.selection.computed
        names = [name for name in view.column_list if name in fields or name in computed]
        self.names = names or ["id"]
        self.computed = {name: computed[name] for name in self.names if name in computed}
        self.stored = [name for name in self.names if name in fields]

    def page(self, whole: bool = True) -> dict[str, Any]:
        """The context `page` of the template; without the filters to choose from if not `whole`."""
        model = self.view.model
        columns = [model._meta.fields[name] for name in self.stored]
        controls = self.filters.controls() if whole else []
        found = self.selection.page(*columns)
        start = _place(self.args.get("at", ""))
        total, capped = self.selection.count_nearby()
        if capped:
            total = max(total, start + len(found.rows) - 1)
        return {
            "title": self.view.title,
            "icon": self.view.icon,
            "url": self.view.list_url,
            "model": self.view.place,
            "search": self.search,
            "placeholder": self.view.placeholder or _("Search"),
            "filters": controls,
            "applied": self.filters.applied(self._url),
            "hidden": [("sort", self.sort)] if self.sort else [],
            "columns": self._columns(),
            "rows": self._rows(found),
            "choosing": self.view.may_choose(),
            "total": shown_total(total, capped),
            "range": f"{format_integer(start)}–{format_integer(start + len(found.rows) - 1)}",
            "next_url": self._turn("after", found.next, start + len(found.rows)),
            "previous_url": self._turn("before", found.previous, start - self.view.page_size),
            "reset_url": self.view.list_url,
            "empty": not total and not self.search and not self.filters.where and start == 1,
            "exports": self._exports(),
            "print_url": self._file("print.pdf"),
            "new_url": f"{self.view.list_url}new" if self.view.may_create() else "",
        }

    def _url(self, **changes: str | None) -> str:
        """This list with some of its words changed; a new question starts on the first page."""
        changed = {key: _word(key, value) for key, value in changes.items()}
        query = "&".join(word for word in {**self.words, **changed}.values() if word)
        return f"{self.view.list_url}?{query}" if query else str(self.view.list_url)

    def _turn(self, way: str, cursor: str | None, at: int) -> str | None:
        if cursor is None:
            return None
        return self._url(**{way: cursor, "at": str(at) if at > 1 else None})

    def _columns(self) -> list[dict[str, Any]]:
        current = self.sort.removeprefix("-") or default_sort(self.view.model)
        descending = self.sort.startswith("-")
        columns = []
        for name in self.names:
            sorted_as = "descending" if descending else "ascending"
            turned = f"-{name}" if name == current and not descending else name
            columns.append(
                {
                    "name": name,
                    "label": self.title_of(name),
                    "sort_url": self._url(sort=turned) if self._sortable(name) else None,
                    "sorted": sorted_as if name == current else "",
                    "css": self.view.column_places.get(name, ""),
                }
            )
        return columns

    def title_of(self, name: str) -> Any:
        return self.computed[name].title if name in self.computed else self.view.label(name)

    def _exports(self) -> list[tuple[str, str]]:
        """(format, address) of the files of what is shown."""
        return [(f, self._file(f"export.{f}")) for f in self.view.export_formats()]

    def _file(self, name: str) -> str:
        """The address below the list at which the same is asked for."""
        _path, mark, query = self._url().partition("?")
        return f"{self.view.list_url}{name}{mark}{query}"

    def asked_for(self) -> list[str]:
        """What narrows the list, in words."""
        applied = self.filters.applied(lambda **_: "")
        search = [f"{_('Search')}: {self.search}"] if self.search else []
        return [*search, *(f"{one['label']}: {one['text']}" for one in applied)]

    def _sortable(self, name: str) -> bool:
        field = self.selection.fields.get(name)
        return field is not None and not isinstance(field, (ForeignKeyField, TextField))

    def _rows(self, found: Page) -> list[tuple[int, str, str, tuple[tuple[str, str], ...]]]:
        """(id, lead, name, cells of (class, text)) of each record, all of it escaped."""
        records = found.rows
        if not records:
            return []
        ids = [row[0] for row in records]
        columns: dict[str, list[Any]] = {}
        for place, name in enumerate(self.stored, start=1):
            field = self.selection.fields[name]
            values = [row[place] for row in records]
            tones, known = self.view.state_tones.get(name, {}), self.filters.names.get(name, {})
            show = formatter(field, values, tones, known)
            columns[name] = [show(value) for value in values]
        for name, column in self.computed.items():
            values_by_id = column.values([Row(id) for id in ids])
            columns[name] = [values_by_id.get(id, "") for id in ids]
        leads = _escaped(self._leads(records))
        names, *others = (_escaped(columns[name]) for name in self.names)
        places = [self.view.column_places.get(name, "") for name in self.names[1:]]
        cells = [tuple(zip(places, line, strict=True)) for line in zip(*others, strict=True)]
        cells = cells or [()] * len(ids)
        return list(zip(ids, leads, names, cells, strict=True))

    def _leads(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        name = title_field(self.view.model)
        if not self.view.avatars or name not in self.stored:
            return [""] * len(rows)
        place = self.stored.index(name) + 1
        return [self.view.lead(row[0], row[place]) for row in rows]


def shown_total(total: int, is_capped: bool) -> str:
    """A count as people read it: "312", or "3 000+" where it was counted no further."""
    return format_count(total, total) if is_capped else format_integer(total)


def _word(key: str, value: str | None) -> str:
    """One word of an address, or nothing where there is no value."""
    return urlencode({key: value}) if value else ""


def _place(text: str) -> int:
    """The number of the first row, which only the footer shows: anything else counts as 1."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return max(int(text), 1) if is_number else 1


def _escaped(values: list[Any]) -> list[str]:
    """`values` as HTML. Escaping is slow: a plain text that stands in many rows is escaped once.

    Markup is a str too, and equal to the plain text that must not become it: hence `type`.
    """
    texts = {value for value in values if type(value) is str}
    plain = {value: str(escape(value)) for value in texts}
    return [plain[value] if type(value) is str else _html(value) for value in values]


def _html(value: Any) -> str:
    return str(value) if type(value) is Markup else str(escape(value))
