"""POST /api/v1/<addon>/<model>/<id>/<button>: press a button of a record, as on its page."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request

from core.data.model import Model
from core.errors import UserError
from core.exchange.records import Records
from core.exchange.selection import Ask, Selection
from core.i18n import _
from core.modules.buttons import buttons_of, press
from core.modules.registry import current_registry
from core.modules.transitions import Questions
from core.web.api.entrance import for_token
from core.web.errors import problem
from core.web.requests import LARGEST_ID
from core.web.transactions import in_transaction


def add_buttons_api(app: Flask) -> Blueprint:
    buttons = Blueprint("api_buttons", __name__, url_prefix="/api/v1")
    buttons.post("/<addon>/<name>/<int:id>/<button>")(for_token(press_button))
    app.register_blueprint(buttons)
    return buttons


def press_button(addon: str, name: str, id: int, button: str) -> Response:
    """Press a button; the body holds its values and, in `confirmed`, the questions to which the
    answer is yes. Answers the record as it is then, or 422 with the open `questions`.
    """
    model = current_registry().by_name.get(f"{addon}.{name}")
    if model is None or button not in buttons_of(model) or id >= LARGEST_ID:
        abort(404)
    values = sent_values()
    confirmed = values.pop("confirmed", [])
    if not isinstance(confirmed, list) or not all(isinstance(text, str) for text in confirmed):
        raise UserError(_("“confirmed” must be a list of the questions, as they were asked."))
    return in_transaction(lambda: _press(model, id, button, values, confirmed))  # type: ignore[return-value]  # of Flask


def _press(
    model: type[Model], id: int, button: str, values: dict[str, Any], confirmed: list[str]
) -> Any:
    record = model.reached(id)
    if record is None:
        abort(404)
    try:
        press(record, button, values, confirmed)
    except Questions as asked:
        answer = problem(422, str(_("Something is to be answered first")), str(asked))
        body = {**answer.get_json(), "questions": asked.texts}
        answer.data = jsonify(body).data
        return answer
    selection = Selection(model, Ask(where=(["id", "=", id],), limit=1, archived=True))
    shape = Records(selection, (), with_lines=True)
    items = shape.items(selection.page(*shape.columns).rows)
    return (jsonify(items[0]), 200) if items else ("", 204)


def sent_values() -> dict[str, Any]:
    """The JSON object of the body; none at all counts as an empty one."""
    if not request.get_data():
        return {}
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise UserError(_("The body must be a JSON object, such as {}."))
    return given
