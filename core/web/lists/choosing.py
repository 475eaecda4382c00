"""What is done with the records that are chosen in a list: with all of them, or with none."""

from typing import Any

from flask import flash, g, redirect, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.access.decisions import can
from core.errors import UserError
from core.i18n import _, ngettext
from core.web.transactions import in_transaction

LONGEST_ID = 9  # digits


class Choosing:
    """The part of a `ModelView` that archives the records chosen in its list."""

    def may_choose(self: Any) -> bool:
        return self.can_edit and can(g.actor, "u", self.model)

    @expose("/archive", methods=("POST",))
    def archive_chosen_view(self: Any) -> Response:
        """One that is out of reach, or may not be changed, leaves all of them as they are."""
        return in_transaction(self._archive_chosen)

    def _archive_chosen(self: Any) -> Response:
        records = [self._to_edit(id) for id in self._chosen()]
        for record in records:
            if not record.archived_at:
                record.archive()
        count = len(records)
        said = ngettext(
            "Archived %(count)s record", "Archived %(count)s records", count, count=count
        )
        flash(str(said), "ok")
        return redirect(self.list_url, 303)

    def _chosen(self: Any) -> list[int]:
        given = set(request.form.getlist("id"))
        if any(not (id.isascii() and id.isdigit() and len(id) <= LONGEST_ID) for id in given):
            raise UserError(_("The records are named by their numbers."))
        if not given:
            raise UserError(_("Choose records in the list first."))
        if len(given) > self.page_size:
            raise UserError(_("Choose at most %(most)s records at once.", most=self.page_size))
        return sorted(map(int, given))
