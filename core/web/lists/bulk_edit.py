"""Set fields of many records from a list: what, with which effect, done, and taken back."""

from typing import Any
from urllib.parse import parse_qsl

from flask import abort, flash, g, redirect, render_template, request
from flask_admin import expose
from werkzeug.datastructures import MultiDict

from core.errors import NotAllowed, UserError
from core.exchange.bulk.editing import MOST, Refused, edit_all, read_for_many, shape_for_many, tried
from core.exchange.bulk.jobs import changed_text, edit_many, undo_many, undone_text
from core.exchange.bulk.models import BulkEdit, Trouble, begun, own
from core.exchange.bulk.undoing import changed_by, undo_all
from core.exchange.drafts import Draft, typed
from core.exchange.shapes import Shape, Texts, texts_of
from core.formats import format_datetime, format_integer
from core.i18n import _
from core.web.forms.conflicts import said
from core.web.forms.inputs import Inputs
from core.web.forms.tabs import names_in_form
from core.web.lists.listing import Listing, shown_total
from core.web.transactions import Refusal, in_transaction

AT_ONCE = 1_000  # beyond so many records it is a job
SHOWN_TROUBLES = 100
LONGEST_ASKED = 4_000


class BulkEditing:
    """The part of a `ModelView` that sets fields of the records chosen in its list, or of all that
    the list shows.
    """

    @expose("/bulk", methods=("POST",))
    def bulk_view(self: Any) -> Any:
        """By `step`: the fields to set, what setting them would do, or the deed."""
        g.place = self.place
        if not self.may_choose():
            raise NotAllowed(_("You may see these records, not change them."))
        asking = Asking(self)
        if request.form.get("step") not in ("preview", "do"):
            return asking.form(Draft(asking.standing()), {})
        texts = asking.texts()
        draft = read_for_many(asking.shape, texts)
        if draft.errors or not texts:
            return asking.form(draft, texts), 422
        if request.form["step"] == "preview":
            return asking.preview(draft)
        return self._edit_many(asking, draft)

    def _edit_many(self: Any, asking: "Asking", draft: Draft) -> Any:
        def work() -> Any:
            ids = asking.ids()
            edit = begun(self.place, draft.texts, ids)
            if len(ids) > AT_ONCE:
                job = edit_many.later(edit=edit.id, model=self.place)
                return redirect(f"/jobs/{job}", 303)
            try:
                count = edit_all(self.model, draft.values, ids, edit.tag)
            except Refused as refused:
                troubles = refused.troubles
                return Refusal(422, lambda: asking.preview(draft, troubles))
            flash(str(changed_text(count)), "ok")
            return redirect(f"{self.list_url}bulk/{edit.id}", 303)

        return in_transaction(work)

    @expose("/bulk/<int:id>")
    def bulk_done_view(self: Any, id: int) -> str:
        """What was set in many records, for whoever did it."""
        return str(self._bulk_page(self._own_edit(id), []))

    def _own_edit(self: Any, id: int) -> BulkEdit:
        g.place = self.place
        found = own(id, self.place)
        if found is None:
            abort(404)
        return found

    def _bulk_page(self: Any, edit: BulkEdit, troubles: list[Trouble]) -> str:
        shape = shape_for_many(self.model, names_in_form(self))
        page = {
            "title": _("Change of many records"),
            "crumbs": [(self.title, self.list_url)],
            "url": f"{self.list_url}bulk/{edit.id}",
            "back": self.list_url,
            "at": format_datetime(edit.created_at),
            "changed": changed_text(changed_by(edit, self.model)),
            "sets": [
                (self.label(name), said(shape.fields[name], text))
                for name, text in edit.typed.items()
                if name in shape.fields
            ],
            "undone": edit.undone_at and format_datetime(edit.undone_at),
            "troubles": troubles[:SHOWN_TROUBLES],
            "list_url": self.list_url,
        }
        return render_template("bulk_done.html", page=page)

    @expose("/bulk/<int:id>/undo", methods=("POST",))
    def bulk_undo_view(self: Any, id: int) -> Any:
        """Give the records their old values back; those that somebody worked on since are named."""
        left: list[Trouble] = []
        answer = in_transaction(lambda: self._undo_many(id, left))
        return self._bulk_page(self._own_edit(id), left) if left else answer

    def _undo_many(self: Any, id: int, left: list[Trouble]) -> Any:
        edit = self._own_edit(id)
        if len(edit.ids) > AT_ONCE:
            job = undo_many.later(edit=edit.id, model=self.place)
            return redirect(f"/jobs/{job}", 303)
        restored, left[:] = undo_all(edit, self.model)
        flash(str(undone_text(restored, len(left))), "warn" if left else "ok")
        return redirect(f"{self.list_url}bulk/{id}", 303)


class Asking:
    """What a form asks to set, and in which records."""

    def __init__(self, view: Any) -> None:
        self.view = view
        self.shape: Shape = shape_for_many(view.model, names_in_form(view))
        self.asked = request.form.get("asked", "")
        if len(self.asked) > LONGEST_ASKED:  # cut off, it would mean other records
            raise UserError(_("The address of the list is too long: use fewer filters."))
        self.is_all = request.form.get("which") == "all"

    def standing(self) -> Texts:
        return texts_of(self.shape, self.view.model())

    def texts(self) -> Texts:
        """The texts of the fields that are ticked."""
        wanted = set(request.form.getlist("set"))
        sent = typed(self.shape, request.form.to_dict(flat=False))
        return {name: text for name, text in sent.items() if name in wanted}

    def ids(self) -> list[int]:
        if not self.is_all:
            return list(self.view._chosen())
        found = self._listing().selection.ids()
        if len(found) > MOST:
            raise UserError(
                _("At most %(most)s records at once: filter the list.", most=format_integer(MOST))
            )
        return found

    def _listing(self) -> Listing:
        return Listing(self.view, MultiDict(parse_qsl(self.asked)))

    def form(self, draft: Draft, ticked: Texts) -> str:
        """The fields to choose from, with what is wrong."""
        inputs = Inputs(draft.errors, {}, in_dialog=True)
        texts = {**self.standing(), **draft.texts}
        fields = []
        for name, column in self.shape.fields.items():
            made = inputs.input(name, column, texts[name], self.view.label(name))
            fields.append({**made, "required": False, "ticked": name in ticked})
        is_nothing = request.form.get("step") == "preview" and not ticked
        return self._page("bulk_edit.html", fields=fields, is_nothing=is_nothing)

    def preview(self, draft: Draft, troubles: list[Trouble] | None = None) -> str:
        """What it would do: found out by doing it and taking it back, where they are not many."""
        ids = self.ids()
        changed = None
        if troubles is None and len(ids) <= AT_ONCE:
            try:
                changed = tried(self.view.model, draft.values, ids)
            except Refused as refused:
                troubles = refused.troubles
        sets = [
            (name, self.view.label(name), text, said(self.shape.fields[name], text))
            for name, text in draft.texts.items()
        ]
        return self._page(
            "bulk_preview.html",
            sets=sets,
            count=len(ids),
            changed=changed,
            troubles=(troubles or [])[:SHOWN_TROUBLES],
        )

    def _page(self, template: str, **more: Any) -> str:
        page = {
            "title": _("Change many records"),
            "crumbs": [(self.view.title, self.view.list_url)],
            "back": self.view.list_url,
            "url": f"{self.view.list_url}bulk",
            "list_url": self.view.list_url,
            "asked": self.asked,
            "is_all": self.is_all,
            "ids": [] if self.is_all else self.view._chosen(),
            **more,
        }
        if template == "bulk_edit.html":
            page["all"] = self._all()
        return render_template(template, page=page)

    def _all(self) -> str:
        """How many records the list holds, in words."""
        count, is_more = self._listing().selection.count(MOST)
        shown = shown_total(count, is_more)
        return str(_("All %(count)s of the list", count=shown))
