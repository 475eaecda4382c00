"""Comments on a record and following it: what its readers do on its page."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, jsonify, redirect, request
from flask_admin import expose
from werkzeug.wrappers import Response

from core.access.models import User
from core.attached.comments import bring_comment_back, people_for, remove_comment, write_comment
from core.attached.following import follow, followers_of
from core.data.model import Model
from core.exchange.names import names_of
from core.i18n import Text, _
from core.web.shell import initials, tone
from core.web.transactions import in_transaction


class Talking:
    """The part of a `ModelView` that keeps what people say about a record."""

    list_url: str
    get_one: Any

    @expose("/<int:id>/comments", methods=("POST",))
    def comment_view(self, id: int) -> Response:
        return in_transaction(lambda: self._comment(id, request.form.get("text", "")))

    def _comment(self, id: int, text: str) -> Response:
        written = write_comment(self._reached(id), text)
        for name in written.unreached:
            flash(str(_("%(name)s may not see this record and gets no notice.", name=name)), "warn")
        return self._to_talk(id)

    @expose("/<int:id>/comments/<int:comment>/remove", methods=("POST",))
    def remove_comment_view(self, id: int, comment: int) -> Response:
        said = _("The comment was removed.")
        return in_transaction(lambda: self._change_comment(id, comment, remove_comment, said))

    @expose("/<int:id>/comments/<int:comment>/restore", methods=("POST",))
    def restore_comment_view(self, id: int, comment: int) -> Response:
        said = _("The comment stands again.")
        return in_transaction(lambda: self._change_comment(id, comment, bring_comment_back, said))

    def _change_comment(
        self, id: int, comment: int, how: Callable[[Model, int], bool], said: Text
    ) -> Response:
        if not how(self._reached(id), comment):
            abort(404)
        flash(str(said), "ok")
        return self._to_talk(id)

    @expose("/<int:id>/follow", methods=("POST",))
    def follow_view(self, id: int) -> Response:
        return in_transaction(lambda: self._follow(id, is_following=True))

    @expose("/<int:id>/unfollow", methods=("POST",))
    def unfollow_view(self, id: int) -> Response:
        return in_transaction(lambda: self._follow(id, is_following=False))

    def _follow(self, id: int, is_following: bool) -> Response:
        follow(g.actor.id, self._reached(id), is_following)
        return self._to_talk(id)

    @expose("/<int:id>/people")
    def people_view(self, id: int) -> Response:
        """Whom a comment on this record may call, as [{login, name}]."""
        found = people_for(self._reached(id), request.args.get("search", ""))
        return jsonify([{"login": login, "name": name} for login, name in found])

    def _reached(self, id: int) -> Model:
        record: Model | None = self.get_one(id)
        if record is None:
            abort(404)
        return record

    def _to_talk(self, id: int) -> Response:
        return redirect(f"{self.list_url}{id}#talk", 303)


def talk_about(record: Model) -> dict[str, Any]:
    """The context `talk` of `details.html`: who follows the record, and whether the reader does."""
    followers = followers_of(record)
    names = names_of(User, followers)
    people = sorted(names.items(), key=lambda each: each[1])
    return {
        "is_followed": g.actor.id in followers,
        "followers": [
            {"name": name, "initials": initials(name), "tone": tone(id)} for id, name in people
        ],
    }
