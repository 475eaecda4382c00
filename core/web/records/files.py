"""The files on a record as its page lists them, and each of them as it is sent."""

from typing import TYPE_CHECKING, Any, BinaryIO

from flask import current_app, request, send_file
from werkzeug.wrappers import Response

from core.access.models import User
from core.attached.files.attaching import files_of
from core.attached.files.models import Attachment
from core.background.files.kept import open_kept
from core.background.files.kinds import BINARY, PICTURES, SHOWN
from core.background.files.pictures import THUMBNAIL_TYPE, open_thumbnail
from core.config import MEGABYTE
from core.data.model import Model
from core.exchange.names import names_of
from core.formats import format_datetime
from core.i18n import _

if TYPE_CHECKING:
    from core.web.views import ModelView  # which is made of this

# What a browser would run; it is sent as mere bytes.
ACTIVE = {"text/html", "image/svg+xml", "application/xml"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
SANDBOX = f"{POLICY}; sandbox"


class FilesPanel:
    """What `files.html` shows of a record."""

    def __init__(self, view: "ModelView", record: Model) -> None:
        self.view = view
        self.record = record

    def page(self) -> dict[str, Any]:
        """The context `files` of the template."""
        found = files_of(self.record)
        people = names_of(User, {file.by for file in found if file.by})
        rows = [self._row(file, people) for file in found]
        limit = current_app.config["KARVON"].files.limit
        return {
            "url": self._url,
            "may_edit": self.view.may_edit(self.record),
            "rows": [row for row in rows if not row["is_removed"]],
            "removed": [row for row in rows if row["is_removed"]],
            "limit": limit,
            "limit_text": said_size(limit),
        }

    @property
    def _url(self) -> str:
        return f"{self.view.list_url}{self.record.id}/files"

    def _row(self, file: Attachment, people: dict[Any, str]) -> dict[str, Any]:
        who = people.get(file.by) or (_("Somebody") if file.by else _("The system"))
        facts = [said_size(file.size), format_datetime(file.at), str(who)]
        if file.width:
            facts.insert(1, f"{file.width} × {file.height}")
        return {
            "url": f"{self._url}/{file.id}",
            "name": file.name,
            "facts": " · ".join(facts),
            "has_thumbnail": file.type in PICTURES and file.width is not None,
            "is_removed": file.removed_at is not None,
        }


def said_size(size: int) -> str:
    """Bytes as people say them."""
    if size < 1024:
        return str(_("%(size)s B", size=size))
    if size < MEGABYTE:
        return str(_("%(size)s KB", size=round(size / 1024)))
    return str(_("%(size)s MB", size=f"{size / MEGABYTE:.1f}".removesuffix(".0")))


def send(file: Attachment) -> Response:
    """The content of a file: shown by the browser where that is harmless, else to be saved."""
    content = open_kept(file.hash)
    answer = send_file(
        content,
        mimetype=BINARY if file.type in ACTIVE else file.type,
        as_attachment=file.type not in SHOWN,
        download_name=file.name,
        etag=file.hash,
        conditional=False,
    )
    # Chromium shows no PDF in a sandbox; its own viewer is one.
    policy = POLICY if file.type == "application/pdf" else SANDBOX
    return _guarded(answer, content, policy, file.size)


def send_thumbnail(file: Attachment) -> Response:
    """The small copy of a picture; raises FileNotFoundError for what is none."""
    content = open_thumbnail(file.hash)
    answer = send_file(
        content, mimetype=THUMBNAIL_TYPE, etag=f"{file.hash}-small", conditional=False
    )
    return _guarded(answer, content, SANDBOX)


def _guarded(answer: Response, content: BinaryIO, policy: str, size: int | None = None) -> Response:
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Asked for again each time: who may not see the record any more sees no file of it either.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request.environ, accept_ranges=size is not None, complete_length=size)
    if answer.status_code == 304 or request.method == "HEAD":
        content.close()  # nobody reads it, and Werkzeug closes only what is read
    else:
        answer.call_on_close(content.close)
    return answer
