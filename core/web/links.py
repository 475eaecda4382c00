"""Forgotten passwords and invitations: ask for a link, and open one."""

from flask import Flask, g, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.links import ADDRESS, INVITATION, Link, link_of, use_link
from core.access.login import clean_login, hash_new_password, keep_password, words_of
from core.access.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD
from core.access.throttle import count_attempt
from core.background.links import ask_reset
from core.background.mail.server import post
from core.data.actor import system
from core.data.audit import note
from core.errors import UserError
from core.i18n import _, speaking
from core.web.account.entrance import go_on
from core.web.requests import client_network
from core.web.transactions import in_transaction

PER_ADDRESS = 10  # links asked for from one address within a quarter of an hour
PER_NAME = 5  # and for one name or e-mail address, whether there is such a user or not
PUBLIC_PLACES = {"forgot", "forgot_check", "link", "link_check"}


def add_links(app: Flask) -> None:
    app.config["PUBLIC_ENDPOINTS"] |= PUBLIC_PLACES
    app.add_url_rule("/forgot", view_func=forgot)
    app.add_url_rule("/forgot", "forgot_check", forgot_check, methods=["POST"])
    app.add_url_rule(f"{ADDRESS}<key>", "link", link)
    app.add_url_rule(f"{ADDRESS}<key>", "link_check", link_check, methods=["POST"])

    @app.after_request
    def tell_nobody_the_address(response: Response) -> Response:
        if request.path.startswith(ADDRESS):
            response.headers["Referrer-Policy"] = "no-referrer"
        return response


def forgot() -> Response | str:
    if g.actor.id is not None:
        return redirect("/")
    return render_template("forgot.html", mails=post().is_open)


def forgot_check() -> tuple[str, int]:
    """Say the same to everybody, whoever is known here."""
    name = request.form.get("name", "")[:254]
    counted = {f"reset address {client_network()}": PER_ADDRESS}
    counted[f"reset name {clean_login(name)}"] = PER_NAME
    if any(count_attempt(key) > limit for key, limit in counted.items()):
        error = _("Too many attempts. Wait a quarter of an hour and try again.")
        return render_template("forgot.html", mails=post().is_open, error=error), 429
    if post().is_open and name.strip():
        ask_reset(name)
    return render_template("forgot.html", mails=post().is_open, asked=True), 200


def link(key: str) -> tuple[str, int]:
    """The page of a link that is good; it only looks, for programs that guard mailboxes open what
    is mailed.
    """
    found = link_of(key)
    return _page(found) if found else _void()


def link_check(key: str) -> Response | tuple[str, int]:
    """Take the new password; the link is then used up."""
    found = link_of(key)
    if found is None:
        return _void()
    typed = request.form.get("password", "")
    try:
        if typed != request.form.get("again"):
            raise UserError(_("The two passwords are not the same: type them again."))
        password_hash = hash_new_password(typed, words_of(found.user_id))
    except UserError as error:
        return _page(found, str(error))
    answer = in_transaction(lambda: _keep(key, found, password_hash))
    return answer if answer.status_code < 400 else _void()


def _keep(key: str, found: Link, password_hash: str) -> Response:
    if not use_link(key):
        return Response(status=404)
    with system("whoever holds the link sets the password"):
        keep_password(found.user_id, password_hash)
    way = "an invitation" if found.is_invitation else "a reset"
    by = (found.user_id, found.name)
    note("set_password", ("core_user", found.user_id), [("way", None, way)], by=by)
    if found.purpose == INVITATION:
        return go_on(found.user_id, "/")
    return redirect("/login?done=password", 303)


def _page(found: Link, error: str = "") -> tuple[str, int]:
    with speaking(found.language or g.actor.language):
        said = {"error": error, "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}
        return render_template("link.html", link=found, **said), 400 if error else 200


def _void() -> tuple[str, int]:
    return render_template("link.html", link=None, mails=post().is_open), 404
