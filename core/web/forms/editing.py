"""New, edit, archive, restore and choose: what changes the records of a screen."""

import json
import re
from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, flash, g, jsonify, redirect, render_template, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.access.decisions import can
from core.access.owners import with_owner
from core.access.policy import current_policy
from core.data.model import Model
from core.errors import Conflict as Stale
from core.errors import NotAllowed, UserError
from core.exchange.drafts import Draft, doubts_of, read, taken_texts, typed
from core.exchange.names import name_of
from core.exchange.saving import create, update
from core.exchange.shapes import Shape, Texts, copied, shape_of, texts_of
from core.i18n import _
from core.web.forms.conflicts import Conflict
from core.web.forms.form import Form
from core.web.forms.inputs import choices
from core.web.forms.tabs import FormTab, Section, names_in_form
from core.web.transactions import Refusal, in_transaction

REMOVED = re.compile(r"([a-z_0-9]+)-([0-9]{1,4})")


class Editing:
    """The part of a `ModelView` that writes. `form_columns` names what stands on the form, or
    `form_sections` in sections: (title, hint, names); else it follows the page of a record. With
    `form_tabs` that is its first tab, called `form_title`.
    """

    model: ClassVar[type[Model]]
    list_url: str
    place: str
    new_title: ClassVar[Any] = ""
    can_create = True
    can_edit = True
    form_columns: Any = ()
    form_sections: ClassVar[tuple[Section, ...]] = ()
    form_title: ClassVar[Any] = ""
    form_tabs: ClassVar[tuple[FormTab, ...]] = ()

    def may_create(self) -> bool:
        return self.can_create and can(g.actor, "c", self.model)

    def may_edit(self, record: Model) -> bool:
        """Whether the actor may change a record that was just read."""
        if not (self.can_edit and can(g.actor, "u", self.model)):
            return False
        is_narrowed = current_policy().reach(self.model, g.actor, "u") is not None
        return not is_narrowed or can(g.actor, "u", record)

    @expose("/new", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The form of a new record, and what becomes of it."""
        g.place = self.place
        if not self.may_create():
            raise NotAllowed(_("You may not make such records."))
        shape = shape_of(self.model, "c", names_in_form(self))
        blank = self.model(**with_owner(self.model, {}))
        standing = texts_of(shape, blank)
        if request.method != "POST":
            begun = {**standing, **self._like(shape)}
            return self._form(shape, blank, Draft(begun), standing)
        texts = typed(shape, request.form.to_dict(flat=False))
        if adjusted(texts):
            return self._form(shape, blank, Draft({**standing, **texts}), standing)
        return in_transaction(lambda: self._create(shape, blank, texts, standing))

    def _like(self, shape: Shape) -> Texts:
        """The texts of the record that a new one shall be like, but for what must differ."""
        if "like" not in request.args:
            return {}
        id = request.args.get("like", type=int)
        record = None if id is None else self.get_one(id)  # type: ignore[attr-defined]
        if record is None:
            abort(404)
        return copied(shape, record)

    def _create(self, shape: Shape, blank: Model, texts: Texts, standing: Texts) -> Any:
        draft = read(shape, {**standing, **texts}, standing)
        record = None if draft.errors else _unless_refused(draft, lambda: create(shape, draft))
        if record is None:
            return Refusal(422, lambda: self._form(shape, blank, draft, standing))
        flash(str(_("Created: %(title)s", title=name_of(record))), "ok")
        return self.was_created(record) or self._go_on(draft, record)

    def was_created(self, record: Model) -> Response | None:
        """What a screen does with a new record in the same transaction; a page to show instead of
        that of the record, if any.
        """
        return None

    @expose("/<int:id>/edit", methods=("GET", "POST"))
    def edit_view(self, id: int) -> Any:
        """The form of a record, and what becomes of it."""
        g.place = self.place
        record = self._to_edit(id)
        shape = shape_of(self.model, "u", names_in_form(self))
        if request.method != "POST":
            standing = texts_of(shape, record)
            draft = Draft(standing, doubts=doubts_of(shape, standing))
            return self._form(shape, record, draft, standing)
        texts = typed(shape, request.form.to_dict(flat=False))
        if adjusted(texts):
            standing = texts_of(shape, record)
            record.version = sent_version()
            base = sent_base(shape) or standing
            return self._form(shape, record, Draft({**standing, **texts}), base)
        return in_transaction(lambda: self._update(id, shape, texts))

    def _update(self, id: int, shape: Shape, texts: Texts) -> Any:
        record = self._to_edit(id)
        version, standing = sent_version(), texts_of(shape, record)
        if version != record.version:
            return Refusal(409, lambda: self._conflict(id, shape, texts))
        draft = read(shape, taken_texts(texts, standing, chosen()), standing)
        try:
            is_saved = not draft.errors and _unless_refused(
                draft, lambda: update(shape, draft, record, version)
            )
        except Stale:
            return Refusal(409, lambda: self._conflict(id, shape, texts))
        if not is_saved:
            draft.texts = {**standing, **draft.texts}
            return Refusal(422, lambda: self._again(id, version, shape, draft, standing))
        flash(str(_("Saved: %(title)s", title=name_of(record))), "ok")
        return self._go_on(draft, record)

    def _go_on(self, draft: Draft, record: Model) -> Response:
        for doubt in dict.fromkeys(draft.doubts.values()):
            flash(str(_("%(doubt)s. It was saved all the same.", doubt=doubt)), "warn")
        if request.form.get("then") == "new" and self.may_create():
            return redirect(f"{self.list_url}new", 303)
        return redirect(f"{self.list_url}{record.id}", 303)

    def _to_edit(self, id: int) -> Model:
        """The record with this id; 404 when it is out of reach, 403 when it may only be seen."""
        record = self.get_one(id)  # type: ignore[attr-defined]
        if record is None:
            abort(404)
        if not self.may_edit(record):
            raise NotAllowed(_("You may see this record, not change it."))
        return record  # type: ignore[no-any-return]

    def _again(self, id: int, version: int, shape: Shape, draft: Draft, was: Texts) -> str:
        """The form as it was sent: what the attempt to save left in memory is read anew."""
        record = self._to_edit(id)
        record.version = version
        return self._form(shape, record, draft, was)

    def _form(self, shape: Shape, record: Model, draft: Draft, was: Texts) -> str:
        return render_template("form.html", page=Form(self, shape, record, draft, was).page())

    def _conflict(self, id: int, shape: Shape, texts: Texts) -> str:
        record = self._to_edit(id)
        theirs = texts_of(shape, record)
        page = Conflict(self, shape, record, texts, theirs).page(sent_base(shape))
        return render_template("conflict.html", page=page)

    @expose("/<int:id>/archive", methods=("POST",))
    def archive_view(self, id: int) -> Response:
        return in_transaction(lambda: self._archive(id))

    def _archive(self, id: int) -> Response:
        record = self._to_edit(id)
        if not record.archived_at:
            record.archive()
        flash(str(_("Archived: %(title)s", title=name_of(record))), "ok")
        return redirect(f"{self.list_url}{id}", 303)

    @expose("/<int:id>/restore", methods=("POST",))
    def restore_view(self, id: int) -> Response:
        return in_transaction(lambda: self._restore(id))

    def _restore(self, id: int) -> Response:
        record = self._to_edit(id)
        if record.archived_at:
            record.restore()
        flash(str(_("Restored: %(title)s", title=name_of(record))), "ok")
        return redirect(f"{self.list_url}{id}", 303)

    @expose("/choices")
    def choices_view(self) -> Response:
        """At most twenty records that `search` finds and the actor sees, as [{id, name}]."""
        search = request.args.get("search", "").strip()
        return jsonify([{"id": id, "name": name} for id, name in choices(self.model, search)])


def _unless_refused(draft: Draft, save: Callable[[], Any]) -> Any:
    """What `save` answers; None where a listener refuses, whose sentence the form then shows."""
    try:
        return save()
    except UserError as error:
        draft.refused = str(error)
        return None


def adjusted(texts: Texts) -> bool:
    """Whether a line was only to be added or removed, which needs no script: then it is."""
    if name := request.form.get("add", ""):
        if isinstance(texts.get(name), list):
            texts[name].append({})
        return True
    if match := REMOVED.fullmatch(request.form.get("remove", "")):
        name, number = match[1], int(match[2])
        if isinstance(texts.get(name), list) and number < len(texts[name]):
            del texts[name][number]
        return True
    return False


def sent_version() -> int:
    """The version that the form was made of; 0, which no record has, where it says none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def sent_base(shape: Shape) -> Texts:
    """What the form says that it began with; it only decides what the reader is asked about."""
    try:
        base = json.loads(request.form.get("was", ""))
        json.dumps(base, ensure_ascii=False).encode()  # half a pair of surrogates is no text
    except (ValueError, RecursionError):
        return {}
    if not isinstance(base, dict):
        return {}
    return {name: value for name, value in base.items() if _is_text(shape, name, value)}


def _is_text(shape: Shape, name: str, value: Any) -> bool:
    """Whether `value` can be the text, the marks or the lines that stand under `name`."""
    part = shape.parts.get(name)
    if part is None:
        return isinstance(value, str) and name in shape.fields
    if not isinstance(value, list):
        return False
    texts = value if part.mark is not None else [x for line in value for x in _texts_in(line)]
    return all(isinstance(text, str) for text in texts)


def _texts_in(line: Any) -> list[Any]:
    return list(line.values()) if isinstance(line, dict) else [None]


def chosen() -> dict[str, str]:
    """{name: "mine" or "theirs"} as chosen on the page of a conflict."""
    if request.form.get("all") == "mine":
        return {}
    found = request.form.items()
    return {name.removeprefix("take-"): side for name, side in found if name.startswith("take-")}
