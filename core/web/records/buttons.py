"""The buttons on the page of a record: who sees them, and what becomes of pressing one."""

from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.data.model import Model
from core.errors import UserError
from core.exchange.names import name_of
from core.i18n import _
from core.modules.buttons import buttons_of, press, pressable
from core.modules.transitions import Questions, Vetoed
from core.web.cells import record_url
from core.web.transactions import Refusal, in_transaction

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

OURS = ("csrf_token", "confirmed")


class Pressing:
    """The part of a `ModelView` that does what addons declare by `@button`."""

    model: ClassVar[type[Model]]
    list_url: str
    place: str

    @expose("/<int:id>/buttons/<button>", methods=("POST",))
    def button_view(self: "ModelView", id: int, button: str) -> Response:
        """Press a button of a record; one that nobody declared is not there."""
        g.place = self.place
        values = {key: value for key, value in request.form.items() if key not in OURS}
        confirmed = request.form.getlist("confirmed")
        return in_transaction(lambda: _press(self, id, button, values, confirmed))


def _press(
    view: "ModelView", id: int, name: str, values: dict[str, str], confirmed: list[str]
) -> Any:
    record = view.get_one(id)
    if record is None or name not in buttons_of(view.model):
        abort(404)
    title = buttons_of(view.model)[name].mark.title
    try:
        result = press(record, name, values, confirmed)
    except Questions as asked:
        page = {**_question(view, record, name), "texts": [*confirmed, *asked.texts]}
        page["values"] = values
        return Refusal(422, lambda: render_template("question.html", page=page))
    except UserError as error:
        said = error.texts if isinstance(error, Vetoed) else [str(error)]
        return Refusal(400, lambda: view.details_page(id, said))
    flash(str(_("Done: %(title)s", title=title)), "ok")
    return redirect(_next(view, id, result), 303)


def _next(view: "ModelView", id: int, result: Any) -> str:
    """The page of what was made, else of the record, as far as the actor still sees it."""
    if isinstance(result, Model) and (url := record_url(type(result), result.id)):
        return url
    return f"{view.list_url}{id}" if view.get_one(id) else view.list_url


def _question(view: "ModelView", record: Model, name: str) -> dict[str, Any]:
    """What `question.html` shows around the questions."""
    url = f"{view.list_url}{record.id}"
    return {
        "title": buttons_of(view.model)[name].mark.title,
        "about": name_of(record),
        "crumbs": [(view.title, view.list_url), (name_of(record), url)],
        "url": f"{url}/buttons/{name}",
        "back": url,
    }


def shown_buttons(url: str, record: Model) -> list[dict[str, Any]]:
    """The buttons for `details.html` of a record whose page is at `url`."""
    return [
        {
            "title": each.mark.title,
            "icon": each.mark.icon,
            "url": f"{url}/buttons/{each.function.__name__}",
        }
        for each in pressable(record)
    ]
