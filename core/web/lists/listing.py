"""The list of one model for one request: what is asked for, and what the template needs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from peewee import ForeignKeyField, TextField
from werkzeug.datastructures import MultiDict

from core.exchange.groups import Group, Grouping
from core.exchange.list_columns import MOST_COLUMNS, kept_columns, split_names
from core.exchange.names import title_field
from core.exchange.selection import Ask, Page, Row, Selection, default_sort
from core.formats import format_count, format_integer
from core.i18n import _
from core.web.cells import called, escaped, formatter
from core.web.lists.day import DAY, day_of_list
from core.web.lists.filters import Filters
from core.web.lists.grouping import OPENED, SHOWN, Grouped, groupable
from core.web.lists.some import ARCHIVE, IDS, chips, narrowed
from core.web.slots import beside, slot

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

ORDER_KEYS = ("after", "before", "at")  # of a place in the list
WAY_KEYS = ("view", "month")  # of the way in which it is shown
COLUMNS = "columns"  # the word of an address that names the columns
STAYS = ("sort", COLUMNS, *WAY_KEYS)  # what another search leaves as it is


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
        self.group = args.get("group", "")
        self.filters = Filters(view, args)
        self.selection = Selection(
            view.model,
            Ask(
                search=self.search,
                where=self.filters.where,
                sort=self.sort,
                group=self.group,
                archived=bool(args.get(ARCHIVE)),
                limit=view.page_size,
                after=args.get("after", ""),
                before=args.get("before", ""),
            ),
        )
        self.day = day_of_list(view, self.selection, args.get(DAY, ""))
        if self.day is not None:
            self.selection = self.selection.within(self.day.condition)
        self.selection = narrowed(self.selection, args)
        fields, computed = self.selection.fields, self.selection.computed
        self.names = self._columns_seen(fields.keys() | computed.keys())
        self.computed = {name: computed[name] for name in self.names if name in computed}
        self.stored = [name for name in self.names if name in fields]
        # Where a view says nothing, a card shows the second column under the name.
        self.places = view.column_places or dict.fromkeys(self.names[1:2], "at-sub")

    @property
    def is_narrowed(self) -> bool:
        """Whether the address leaves out some of the records."""
        others = self.args.get(ARCHIVE) or self.args.get(IDS)
        return bool(self.search or self.filters.where or self.day or others)

    def _columns_seen(self, known: set[str]) -> list[str]:
        """The names of the columns; the first that is declared stays the first."""
        declared = [name for name in self.view.column_list if name in known] or ["id"]
        chosen = split_names(self.args.get(COLUMNS, "")) or kept_columns(self.view.place)
        if not chosen:
            return declared
        first = declared[0]
        others = [name for name in chosen if name in known and name != first]
        return [first, *others[:MOST_COLUMNS]]

    def page(self, whole: bool = True, shown: dict[str, Any] | None = None) -> dict[str, Any]:
        """The context `page` of the template; without the filters to choose from if not `whole`.
        `shown` is what stands there instead of the rows.
        """
        controls = self.filters.controls() if whole else []
        if shown is None:
            shown = self._groups() if self.selection.grouping else self._plain()
        return {
            "toolbar": slot("list.toolbar", self.view.model) if whole else "",
            "title": self.view.title,
            "icon": self.view.icon,
            "url": self.view.list_url,
            "model": self.view.place,
            "search": self.search,
            "placeholder": self.view.placeholder or _("Search"),
            "filters": controls,
            "applied": [*self.filters.applied(self.url), *chips(self)],
            "hidden": [(key, self.args[key]) for key in STAYS if self.args.get(key)],
            "columns": self._columns(),
            "choosing": self.view.may_choose(),
            "has_leads": self._has_leads,
            "reset_url": self.view.list_url,
            "group": self.group,
            "is_archive": bool(self.args.get(ARCHIVE)),
            "group_label": self.view.label(self.group) if self.group else "",
            "ungrouped_url": self.url(group=None, **{OPENED: None, SHOWN: None}),
            "groupable": groupable(self) if whole else (),
            "exports": self._exports(),
            "columns_url": f"{self.view.list_url}columns{self.query()}",
            "shown_columns": ",".join(self.names),
            "import_url": f"{self.view.list_url}import" if self.view.may_import() else "",
            "print_url": f"{self.view.list_url}print.pdf{self.query()}",
            "new_title": self.view.new_title or _("New record"),
            "new_url": f"{self.view.list_url}new" if self.view.may_create() else "",
            **shown,
        }

    def _plain(self) -> dict[str, Any]:
        """The rows of a page, and the pages around."""
        found = self._found(self.selection)
        start = _place(self.args.get("at", ""))
        total, capped = self.selection.count_nearby()
        if capped:
            total = max(total, start + len(found.rows) - 1)
        return {
            "rows": self._rows(found),
            "beside": self._beside(found),
            "total": shown_total(total, capped),
            "empty": not total and not self.is_narrowed and start == 1,
            **self._turns(found, start),
        }

    def _groups(self) -> dict[str, Any]:
        """The groups, with the rows of the one that is open."""
        grouped = Grouped(self, cast("Grouping", self.selection.grouping))
        found = self._found(grouped.selection) if grouped.has_open else Page([], None, None)
        rows = self._rows(found)
        page = grouped.page(rows, self._turns(found, _place(self.args.get("at", ""))))
        return {
            "rows": rows,
            "beside": self._beside(found),
            "grouped": page,
            "total": format_integer(page["total"]),
            "empty": not page["total"] and not self.is_narrowed,
        }

    def _found(self, selection: Selection) -> Page:
        return selection.page(*(self.view.model._meta.fields[name] for name in self.stored))

    def _turns(self, found: Page, start: int) -> dict[str, Any]:
        last = start + len(found.rows) - 1
        return {
            "range": f"{format_integer(start)}–{format_integer(last)}",
            "next_url": self._turn("after", found.next, last + 1),
            "previous_url": self._turn("before", found.previous, start - self.view.page_size),
        }

    def url(self, **changes: str | None) -> str:
        """This list with some of its words changed; a new question starts on the first page."""
        changed = {key: _word(key, value) for key, value in changes.items()}
        query = "&".join(word for word in {**self.words, **changed}.values() if word)
        return f"{self.view.list_url}?{query}" if query else str(self.view.list_url)

    def _turn(self, way: str, cursor: str | None, at: int) -> str | None:
        if cursor is None:
            return None
        return self.url(**{way: cursor, "at": str(at) if at > 1 else None})

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
                    "sort_url": self.url(sort=turned) if self._sortable(name) else None,
                    "sorted": sorted_as if name == current else "",
                    "css": self.places.get(name, ""),
                }
            )
        return columns

    def title_of(self, name: str) -> Any:
        computed = self.selection.computed
        return computed[name].title if name in computed else self.view.label(name)

    def totals_of(self, group: Group) -> list[tuple[Any, Any]]:
        """(label, sum) of the numbers that are summed for a group."""
        fields = self.selection.fields
        return [(self.view.label(n), formatter(fields[n], (), {})(sum)) for n, sum in group.sums]

    def _exports(self) -> list[tuple[str, str]]:
        """(format, address) of the files of what is shown."""
        rest = self.query()
        return [(f, f"{self.view.list_url}export.{f}{rest}") for f in self.view.export_formats()]

    def asked_for(self) -> list[str]:
        """What narrows the list, in words."""
        applied = self.filters.applied(lambda **_: "")
        search = [f"{_('Search')}: {self.search}"] if self.search else []
        return [*search, *(f"{one['label']}: {one['text']}" for one in applied)]

    def query(self) -> str:
        """What the address asks for, whichever group is open."""
        return self.url(**{OPENED: None, SHOWN: None}).removeprefix(self.view.list_url)

    def _sortable(self, name: str) -> bool:
        field = self.selection.fields.get(name)
        return field is not None and not isinstance(field, (ForeignKeyField, TextField))

    def _rows(self, found: Page) -> list[tuple[int, str, str, tuple[tuple[str, str], ...]]]:
        """(id, lead, name, cells of (class, text)) of each record, all of it escaped."""
        records = found.rows
        if not records:
            return []
        ids = [row[0] for row in records]
        columns = self.shown(self.names, records)
        leads = escaped(self._leads(records))
        places = [self.places.get(name, "") for name in self.names[1:]]
        for name in (name for name in self.names if "tel" in self.places.get(name, "").split()):
            columns[name] = [called(text) for text in columns[name]]
        others = [columns[name] for name in self.names[1:]]
        cells = [tuple(zip(places, line, strict=True)) for line in zip(*others, strict=True)]
        cells = cells or [()] * len(ids)
        return list(zip(ids, leads, columns[self.names[0]], cells, strict=True))

    def shown(self, names: Sequence[str], records: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """{name: texts, escaped} of columns; records are (id, the values of those that are stored,
        in the order of `names`, …).
        """
        fields, columns = self.selection.fields, {}
        for place, name in enumerate((name for name in names if name in fields), start=1):
            values = [row[place] for row in records]
            tones, known = self.view.state_tones.get(name, {}), self.filters.names.get(name, {})
            show = formatter(fields[name], values, tones, known)
            columns[name] = escaped([show(value) for value in values])
        for name in names:
            if name not in fields:
                by_id = self.selection.computed[name].values([Row(row[0]) for row in records])
                columns[name] = escaped([by_id.get(row[0], "") for row in records])
        return columns

    @property
    def _has_leads(self) -> bool:
        return bool(self.view.avatars) and title_field(self.view.model) in self.stored

    def _beside(self, found: Page) -> dict[int, str]:
        """What addons put after the names; the template asks for every row where there is any."""
        ids = [row[0] for row in found.rows]
        said = beside("list.row", self.view.model, ids)
        return {id: said.get(id, "") for id in ids} if said else {}

    def _leads(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        if not self._has_leads:
            return [""] * len(rows)
        place = self.stored.index(str(title_field(self.view.model))) + 1
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
