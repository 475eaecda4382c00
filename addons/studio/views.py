"""The screens of the studio."""

from typing import Any

from addons.studio.models import CustomField, Rule, Run
from addons.studio.running import found_by, model_of
from addons.studio.steps import steps_of
from core.api import (
    Menu,
    ModelView,
    Tab,
    UserError,
    ViewExtension,
    _,
    among,
    title_of_record,
    today,
)

MOST_TRIED = 50

studio_menu = Menu("studio", _("Studio"), icon="bulb", position=800)


class CustomFieldView(ModelView):
    """The fields that were added to records."""

    model = CustomField
    menu = studio_menu
    position = 10
    title = _("Fields")
    icon = "columns"
    on_home = False
    can_import = False  # each one changes tables
    column_list = ("name", "records", "kind", "column", "in_list")
    column_filters = ("records", "kind")
    column_places = {"records": "at-sub", "kind": "at-foot"}
    new_title = _("New field")
    form_sections = (
        (
            _("What it is"),
            _("The kind and the records stay as they are once the field is made."),
            ("name", "title_ru", "title_en", "records", "kind", "choices", "target"),
        ),
        (_("Where it stands"), "", ("section", "help", "in_list", "in_filter")),
        (
            _("For whom"),
            _("Who may not see a field meets it nowhere: not in filters, exports or the history."),
            ("reader", "writer"),
        ),
        (_("For programs"), _("How the API, imports and exports call it."), ("column",)),
    )
    scripts = ("studio/narrow.js",)
    details_sections = (
        (_("What it is"), ("title_ru", "title_en", "records", "kind", "choices", "target")),
        (_("Where it stands"), ("section", "help", "in_list", "in_filter")),
        (_("For whom"), ("reader", "writer")),
        (_("For programs"), ("column",)),
    )


class RuleView(ModelView):
    """What happens by itself."""

    model = Rule
    menu = studio_menu
    position = 20
    title = _("Rules")
    can_import = False
    icon = "route"
    on_home = False
    column_list = ("name", "records", "event", "state")
    column_filters = ("records", "event", "state")
    column_places = {"records": "at-sub", "state": "at-foot"}
    state_tones = {"state": {"active": "is-ok", "paused": "is-warn"}}
    new_title = _("New rule")
    form_sections = (
        (
            _("When"),
            _("A rule works with the rights of whoever saved it last."),
            ("name", "records", "event", "watched"),
        ),
        (
            _("On a day"),
            _("Only for rules that wait for a day."),
            ("day_field", "days", "hour"),
        ),
        (
            _("Which records"),
            _("Write yes or no, today+3, a choice or a record by its name."),
            ("conditions",),
        ),
        (
            _("What"),
            _("In texts {{ record.name }} stands for the name of the record."),
            ("actions",),
        ),
    )
    scripts = ("studio/narrow.js",)
    details_sections = (
        (_("When"), ("records", "event", "watched", "day_field", "days", "hour")),
        (_("Which records"), ("conditions",)),
        (_("What"), ("actions",)),
        (_("State"), ("paused_because", "updated_by")),
    )
    related = ((_("What it did"), "runs"),)


class RunView(ModelView):
    """The book of what rules did."""

    model = Run
    menu = studio_menu
    position = 30
    title = _("Log of rules")
    icon = "clock"
    on_home = False
    can_create = False
    can_edit = False
    column_list = ("record_name", "rule", "outcome", "created_at")
    column_filters = ("rule", "outcome")
    column_places = {"rule": "at-sub", "outcome": "at-foot"}
    state_tones = {"outcome": {"done": "is-ok", "failed": "is-bad"}}
    details_sections = ((_("What was done"), ("rule", "record_name", "mark", "text")),)

    def subtitle(self, record: Run) -> str:
        return str(record.text)


def tried(rule: Rule) -> dict[str, Any]:
    """What the rule would do now, with the rights of the reader; nothing is done."""
    try:
        model = model_of(rule)
        found = found_by(rule, today())
        records = model.select().where(among(model.id, found[:MOST_TRIED])).order_by(model.id)
        rows = [{"title": title_of_record(record), **_would_do(rule, record)} for record in records]
    except UserError as error:
        return {"error": error, "rows": [], "count": 0, "more": 0}
    return {"error": "", "rows": rows, "count": len(found), "more": len(found) - len(rows)}


def _would_do(rule: Rule, record: Any) -> dict[str, Any]:
    try:
        return {"steps": [step.text for step in steps_of(rule, record)], "error": ""}
    except UserError as error:
        return {"steps": [], "error": error}


class Trying(ViewExtension):
    """The dry run beside the facts of a rule."""

    model = Rule
    tabs = (Tab("try", _("Dry run"), "studio/try.html", tried),)
