"""The pages of what is held of a person: handed out as an archive, and erased for good."""

from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file
from flask_admin import expose
from werkzeug.wrappers import Response

from core.background.files.kept import open_kept
from core.data.erasing import ERASE
from core.data.history import History, births
from core.data.model import Model
from core.errors import Conflict, NotAllowed, UserError
from core.exchange.names import name_of
from core.formats import format_datetime, format_integer
from core.i18n import _
from core.personal.declared import has_people
from core.personal.erasing import LONGEST_REASON, erase, may_erase, preview
from core.personal.handing import archives_of, ask_for_archive, require_care
from core.personal.models import PersonArchive
from core.personal.outside import out_of_reach
from core.web.downloads import called
from core.web.fresh import require_fresh
from core.web.records.files import said_size
from core.web.transactions import in_transaction


class PersonalData:
    """The part of a `ModelView` for those who care for personal data."""

    list_url: str

    @expose("/<int:id>/personal")
    def personal_view(self, id: int) -> str:
        """What can be done with all that is held of the person; the archives of the reader."""
        record = self._to_care(id)
        page = self._personal_page(record, _("Personal data"))
        page |= {
            "may_erase": may_erase(record),
            "erased": _erased_at(record),
            "archives": [_row(page["url"], each) for each in archives_of(record)],
        }
        return render_template("personal.html", page=page)

    @expose("/<int:id>/personal/archives", methods=("POST",))
    def personal_archive_view(self, id: int) -> Response:
        """Let an archive be made; its job leads back here."""
        record = self._to_care(id)
        require_fresh()
        return in_transaction(lambda: redirect(f"/jobs/{ask_for_archive(record)}", 303))

    @expose("/<int:id>/personal/archives/<int:number>")
    def personal_file_view(self, id: int, number: int) -> Response:
        """One archive, for whoever asked for it."""
        record = self._to_care(id)
        mine = (each for each in archives_of(record) if each.id == number and each.hash)
        found = next(mine, None)
        if found is None:
            abort(404)
        try:
            content = open_kept(found.hash)
        except FileNotFoundError:
            abort(404)
        answer = send_file(
            content, mimetype="application/zip", as_attachment=True, download_name="x"
        )
        name = f"{name_of(record)}.zip"
        answer.headers["Content-Disposition"] = called(name, f"personal-{record.id}.zip")
        answer.headers["Cache-Control"] = "no-store"
        answer.call_on_close(content.close)
        return answer

    @expose("/<int:id>/personal/erase", methods=("GET", "POST"))
    def personal_erase_view(self, id: int) -> Any:
        """What erasing would do; then, by `step`, the question once more, and the deed."""
        record = self._to_care(id)
        require_fresh()
        if not may_erase(record):
            raise NotAllowed(_("You may not erase this record: ask an administrator."))
        if request.method == "POST" and request.form.get("step") == "do":
            return in_transaction(lambda: self._erase_person(id))
        reason = " ".join(request.form.get("reason", "").split())
        if request.method == "POST" and reason:
            return self._asked_to_erase(record, reason)
        return self._personal_preview(record), 422 if request.method == "POST" else 200

    def _personal_preview(self, record: Model) -> str:
        shown = preview(record)
        kept = [*shown.kept, *out_of_reach(current_app.config["KARVON"].paths.var, record)]
        page = self._personal_page(record, _("Erase personal data"))
        page |= {
            "held": [(title, format_integer(count)) for title, count in shown.held],
            "kept": [(k.title, format_integer(k.count) if k.count else "", k.why) for k in kept],
            "vetoes": shown.vetoes,
            "longest": LONGEST_REASON,
            "is_unsaid": request.method == "POST",
        }
        return render_template("personal_erase.html", page=page)

    def _asked_to_erase(self, record: Model, reason: str) -> str:
        page = self._personal_page(record, _("Erase for good?"))
        page |= {"reason": reason, "version": record.version, "number": record.id}
        return render_template("personal_sure.html", page=page)

    def _erase_person(self, id: int) -> Response:
        record = self._to_care(id)
        if request.form.get("number", "").strip() != str(record.id):
            raise UserError(_("Type %(number)s to erase: nothing was changed.", number=record.id))
        if request.form.get("version") != str(record.version):
            raise Conflict(_("Somebody else changed this record meanwhile: look at it again."))
        erase(record, request.form.get("reason", ""))
        flash(str(_("The personal data was erased for good.")), "ok")
        return redirect(f"{self.list_url}{id}", 303)

    def _to_care(self: Any, id: int) -> Any:
        g.place = self.place
        record = self.get_one(id)
        if record is None or not has_people(self.model):
            abort(404)
        require_care(record)
        return record

    def _personal_page(self: Any, record: Model, title: Any) -> dict[str, Any]:
        url = f"{self.list_url}{record.id}"
        name = name_of(record)
        crumbs = [(self.title, self.list_url), (name, url)]
        if title != _("Personal data"):
            crumbs.append((_("Personal data"), f"{url}/personal"))
        return {
            "title": title,
            "name": name,
            "crumbs": crumbs,
            "back": url,
            "url": f"{url}/personal",
        }


def _row(url: str, archive: PersonArchive) -> dict[str, Any]:
    """What the page shows of one archive."""
    size = said_size(archive.size) if archive.hash else ""
    place = f"{url}/archives/{archive.id}" if archive.hash else ""
    return {"at": format_datetime(archive.at), "size": size, "url": place}


def _erased_at(record: Model) -> str:
    """When the record was erased last; empty: never."""
    table = type(record)._meta.table_name
    told = History.select(History.at).where(
        History.root_model == table,
        History.root_record == record.id,
        History.action == ERASE,
        History.id >= births(table, [record.id])[record.id],
    )
    found = told.order_by(History.id.desc()).first()
    return format_datetime(found.at) if found else ""
