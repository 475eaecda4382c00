"""The screens of one model, on Flask-Admin's machinery, with core's access in front of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import abort, g, render_template, request
from flask_admin import expose
from flask_admin.model import BaseModelView
from markupsafe import Markup

from core.access.decisions import can
from core.data.model import Model
from core.errors import NotAllowed
from core.exchange.saved_filters import roles_to_share_with
from core.exchange.statements import reached
from core.i18n import Text, _
from core.modules.declared import Menu
from core.modules.registry import full_name
from core.personal.erasing import may_care
from core.web.access.question import who_url
from core.web.cells import avatar
from core.web.forms.editing import Editing
from core.web.forms.quick import Quick
from core.web.imports.importing import Importing
from core.web.lists.bulk_edit import BulkEditing
from core.web.lists.choosing import Choosing
from core.web.lists.columns import Arranging
from core.web.lists.exporting import Exporting
from core.web.lists.moving import Moving
from core.web.lists.printing import ListPrinting
from core.web.lists.saved import SAVED, Saving, asked_by, opened, tabs_above
from core.web.lists.ways import shown_otherwise, ways_of
from core.web.records.buttons import Pressing
from core.web.records.details import Details
from core.web.records.filing import Filing
from core.web.records.personal import PersonalData
from core.web.records.printing import Printing, papers_of
from core.web.records.restoring import Restoring, restorable
from core.web.records.tabs import Tabbed, tabs_of
from core.web.records.talking import Talking, talk_about
from core.web.records.timeline import Timeline
from core.web.slots import record_slot

ME = object()  # stands for the reader in the filters of a tile


@dataclass(frozen=True)
class Tile:
    """A number on Home: how many records pass the filters, {field: value}; it links to them."""

    title: Text
    icon: str
    filters: dict[str, Any] = field(default_factory=dict)


class ModelView(
    Editing,
    Quick,
    Exporting,
    Importing,
    Saving,
    Choosing,
    BulkEditing,
    Arranging,
    Moving,
    Pressing,
    ListPrinting,
    Printing,
    Tabbed,
    Talking,
    Restoring,
    Filing,
    PersonalData,
    BaseModelView,
):
    """A screen for one model. Options carry Flask-Admin's names where it has them.

    `menu` is the section of the side menu (read from the class: Flask-Admin keeps an item of its
    own under that name in each instance) and `position` the place there; `on_home` and `tiles`
    are what Home shows of it.
    `column_list` names fields and computed columns of the list, the first being the record's name;
    `column_filters` the fields that can be filtered, `column_totals` the numbers that are summed
    where the list is grouped; `board_by` a state or reference by which records stand on a board,
    with `board_fields` on each card; `details_sections` gives (title, names) for the
    page of a record; `related` names back-references that are listed beside it. `scripts` are
    ES modules below static/ of the addon ("warehouse/scan.js"), which run on every page of it.
    """

    is_screen: ClassVar[bool] = True  # by which the loader knows a view
    menu: Menu | None = None
    position: ClassVar[int] = 50
    title: ClassVar[Text] = ""
    icon: ClassVar[str] = "list"
    placeholder: ClassVar[Text] = ""
    column_list: ClassVar[tuple[str, ...]] = ()
    column_filters: ClassVar[tuple[str, ...]] = ()
    column_totals: ClassVar[tuple[str, ...]] = ()
    board_by: ClassVar[str] = ""
    board_fields: ClassVar[tuple[str, ...]] = ()
    column_places: ClassVar[dict[str, str]] = {}
    details_sections: ClassVar[tuple[tuple[Text, tuple[str, ...]], ...]] = ()
    related: ClassVar[tuple[tuple[Text, str], ...]] = ()
    state_tones: ClassVar[dict[str, dict[str, str]]] = {}
    avatars: ClassVar[bool] = False
    on_home: ClassVar[bool] = True
    tiles: ClassVar[tuple[Tile, ...]] = ()
    scripts: ClassVar[tuple[str, ...]] = ()
    page_size = 100

    def __init__(self) -> None:
        self.place = full_name(self.model)
        url = "/" + self.place.replace(".", "/")
        self.list_url = f"{url}/"
        super().__init__(
            self.model, str(self.title), endpoint=self.place.replace(".", "_"), url=url
        )

    def _refresh_cache(self) -> None:
        """Flask-Admin would scaffold forms and filters here; core's lists need none of them."""

    def init_actions(self) -> None:
        """Flask-Admin would look through all that a view has for its actions; core's have none."""

    def create_blueprint(self, admin: Any) -> Any:
        # Flask-Admin exposes nine addresses of its own; only those that core decides are served.
        view = type(self)
        view._urls = [rule for rule in view._urls if _is_ours(getattr(view, rule[1]))]
        return super().create_blueprint(admin)

    def is_accessible(self) -> bool:
        return can(g.actor, "r", self.model)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        raise NotAllowed(_("You may not see these records."))

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        g.scripts = self.scripts
        # Flask-Admin's own runs a view that raised TypeError a second time.
        return fn(self, *args, **kwargs)

    @expose("/")
    def index_view(self) -> str:
        """The list; asked for by htmx, only its body."""
        g.place = self.place
        whole = not request.headers.get("HX-Request")
        listing, notice = opened(self, request.args)
        page = listing.page(whole, shown_otherwise(listing))
        page["notice"], page["asked"] = notice, asked_by(self, listing.args)
        page["roles"] = roles_to_share_with()
        if whole and not page["empty"]:
            page["ways"] = ways_of(listing)
            page["tabs"] = tabs_above(self, listing, request.args.get(SAVED, ""))
        return render_template("list.html" if whole else "list_body.html", page=page)

    @expose("/<int:id>")
    def details_view(self, id: int) -> str:
        """The page of one record; one out of reach looks like one that never was."""
        g.place = self.place
        return self.details_page(id)

    def details_page(self, id: int, problems: Sequence[str] = ()) -> str:
        """The page of one record, with what stood in the way of something."""
        record = self.get_one(id)
        if record is None:
            abort(404)
        page = Details(self, record).page()
        page |= {"version": record.version, "problems": problems}
        timeline = Timeline(self, id, restorable=restorable(self, record))
        return render_template(
            "details.html",
            page={
                **page,
                "version": record.version,
                "problems": problems,
                "personal_url": f"{self.list_url}{id}/personal" if may_care(record) else "",
                "tabs": tabs_of(self, id),
                "papers": papers_of(self, record),
                "who_url": who_url(self, id),
                "top": record_slot("details.top", record),
                "side": record_slot("details.side", record),
            },
            history=timeline.page(),
            talk=talk_about(record),
        )

    @expose("/<int:id>/history")
    def history_view(self, id: int) -> str:
        """Earlier entries of the timeline of a record."""
        if (record := self.get_one(id)) is None:
            abort(404)
        before = request.args.get("before", type=int)
        day, may = request.args.get("day", ""), restorable(self, record)
        timeline = Timeline(self, id, before, day, may)
        page = {"version": record.version}
        return render_template("history.html", history=timeline.page(), page=page)

    def get_one(self, id: int) -> Model | None:
        return reached(self.model, id) if abs(id) < 2**31 else None

    def label(self, name: str) -> Any:
        """What a column is called: as its field says, else by its name."""
        column = self.model._meta.fields.get(name)
        return (column.verbose_name if column is not None else None) or name.replace("_", " ")

    def lead(self, id: int, name: str) -> Markup | str:
        """What stands before the name in a row: with `avatars` the letters of it."""
        return avatar(id, name) if self.avatars else ""

    def contact_actions(self, record: Model) -> list[dict[str, Any]]:
        """Ways to reach whom the record is about: {icon, label, url}."""
        return []

    def subtitle(self, record: Model) -> str:
        return ""


def _is_ours(function: Any) -> bool:
    return str(function.__module__).startswith("core.")
