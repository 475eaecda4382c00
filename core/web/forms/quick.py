"""A record made from within the form of another: a few fields in a dialog."""

from typing import Any, ClassVar

from flask import jsonify, make_response, render_template, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.access.owners import with_owner
from core.errors import NotAllowed
from core.exchange.drafts import Draft, read, typed
from core.exchange.names import name_of, title_field
from core.exchange.saving import create
from core.exchange.shapes import Shape, Texts, shape_of, texts_of
from core.i18n import _
from core.web.forms.inputs import Inputs, is_required
from core.web.forms.tabs import names_in_form
from core.web.transactions import Refusal, in_transaction

LONGEST_TEXT = 1000  # of what was searched for and becomes the name


class Quick:
    """The part of a `ModelView` by which other forms make a record of it. `quick_columns` names the
    fields that are asked for; else they are those that must be given.
    """

    quick_columns: ClassVar[tuple[str, ...]] = ()

    def may_create_quickly(self: Any) -> bool:
        """Whether the actor may, and all that must be given can be typed into few inputs."""
        if not self.may_create() or title_field(self.model) is None:
            return False
        shape = self._quick_shape()
        must = {name for name, column in self.model._meta.fields.items() if is_required(column)}
        return bool(shape.fields) and must - {"id"} <= shape.fields.keys()

    @expose("/quick", methods=("GET", "POST"))
    def quick_view(self: Any) -> Response:
        """The inputs for the dialog; {id, name} of the record that was made of them, with 201."""
        if not self.may_create_quickly():
            raise NotAllowed(_("You may not make such records."))
        shape = self._quick_shape()
        standing = texts_of(shape, self.model(**with_owner(self.model, {})))
        if request.method != "POST":
            searched = request.args.get("search", "").strip()[:LONGEST_TEXT]
            begun = {name: searched for name in shape.fields if name == title_field(self.model)}
            return make_response(self._dialog(shape, Draft({**standing, **begun})))
        texts = typed(shape, request.form.to_dict(flat=False))
        return in_transaction(lambda: self._create_quickly(shape, texts, standing))

    def _create_quickly(self: Any, shape: Shape, texts: Texts, standing: Texts) -> Any:
        draft = read(shape, {**standing, **texts}, standing)
        record = None if draft.errors else create(shape, draft)
        if record is None:
            return Refusal(422, lambda: self._dialog(shape, draft))
        return jsonify({"id": record.id, "name": name_of(record)}), 201

    def _quick_shape(self: Any) -> Shape:
        found = shape_of(self.model, "c", names_in_form(self))
        wanted = self.quick_columns or tuple(
            name
            for name, column in found.fields.items()
            if is_required(column) or name == title_field(self.model)
        )
        fields = {name: found.fields[name] for name in wanted if name in found.fields}
        return Shape(self.model, fields, {})

    def _dialog(self: Any, shape: Shape, draft: Draft) -> str:
        inputs = Inputs(draft.errors, draft.doubts, in_dialog=True)
        page = {
            "title": self.new_title or _("New record"),
            "url": f"{self.list_url}quick",
            "inputs": [
                inputs.input(name, column, draft.texts[name], self.label(name))
                for name, column in shape.fields.items()
            ],
        }
        return render_template("form_quick.html", page=page)
