"""The screens of the studio."""

from addons.studio.models import CustomField
from core.api import Menu, ModelView, _

studio_menu = Menu("studio", _("Studio"), icon="settings", position=800)


class CustomFieldView(ModelView):
    """The fields that were added to records."""

    model = CustomField
    menu = studio_menu
    position = 10
    title = _("Fields")
    icon = "columns"
    on_home = False
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
    details_sections = (
        (_("What it is"), ("title_ru", "title_en", "records", "kind", "choices", "target")),
        (_("Where it stands"), ("section", "help", "in_list", "in_filter")),
        (_("For whom"), ("reader", "writer")),
        (_("For programs"), ("column",)),
    )
