"""The pages of roles, for administrators: the list, one role, its form, and its end."""

from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from core.access.models import CustomRole, UserRole
from core.access.policy import current_policy
from core.errors import UserError
from core.i18n import _
from core.modules.composed import PREFIX
from core.web.admins import require_admin, row_of
from core.web.described import source_of, titled
from core.web.fresh import require_fresh
from core.web.roles.form import Typed, form_page, kept, like, require_some, typed
from core.web.roles.shown import all_roles, holders, is_everything, lines_of, matrix, put_away
from core.web.transactions import Refusal, in_transaction


def add_roles(app: Flask) -> None:
    app.add_url_rule("/roles", view_func=roles)
    app.add_url_rule("/roles/<name>", view_func=role)
    app.add_url_rule("/roles/new", "new_role", new)
    app.add_url_rule("/roles/new", "make_role", make, methods=["POST"])
    app.add_url_rule("/roles/<int:id>/edit", "edit_role", edit)
    app.add_url_rule("/roles/<int:id>/edit", "change_role", change, methods=["POST"])
    app.add_url_rule("/roles/<int:id>/archive", "ask_archive_role", ask_archive)
    app.add_url_rule("/roles/<int:id>/archive", "archive_role", archive, methods=["POST"])
    app.add_url_rule("/roles/<int:id>/restore", "restore_role", restore, methods=["POST"])


def _require_admin() -> None:
    require_admin("roles", _("Only an administrator may see and compose roles."))


def _reached(id: int) -> CustomRole:
    _require_admin()
    return row_of(CustomRole, id)


def roles() -> str:
    """Every role, and what was put away."""
    _require_admin()
    return render_template("roles/list.html", roles=all_roles(), put_away=put_away())


def role(name: str) -> str:
    """What one role may do, and who holds it."""
    _require_admin()
    found = current_policy().roles.get(name)
    if found is None:
        abort(404)
    code = name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""
    ours = CustomRole.get_or_none(CustomRole.code == code) if code else None
    return render_template(
        "roles/details.html",
        role={
            "name": name,
            "title": found.title,
            "source": source_of(name),
            "brings": [(each.name, each.title) for each in found.implies],
            "is_everything": is_everything(name),
            "id": ours.id if ours else None,
            "note": (ours.note or "") if ours else "",
        },
        rows=matrix(lines_of(name)),
        holders=holders(name),
    )


def new() -> str:
    _require_admin()
    require_fresh()
    return form_page(like(request.args.get("like", "")), None)


def make() -> Any:
    _require_admin()
    return _save(typed(), None)


def edit(id: int) -> str:
    found = _reached(id)
    require_fresh()
    return form_page(kept(found), found)


def change(id: int) -> Any:
    found, values = _reached(id), typed()
    values.code = str(found.code)
    return _save(values, found)


def _save(values: Typed, standing: CustomRole | None) -> Any:
    """Keep the role, or show the form again with what is wrong or with what it would mean."""
    require_fresh()
    if "preview" in request.form:
        return form_page(values, standing, preview=True)

    def work() -> Any:
        try:
            require_some(values)
            if standing is None:
                _require_new(values.code)
            CustomRole.upsert([values.row()], by="code")
        except UserError as error:
            text = str(error)
            return Refusal(422, lambda: form_page(values, standing, text))
        flash(str(_("The role was saved: %(title)s", title=values.title)), "ok")
        # The role is there when the app of the next generation is: with the next request.
        return redirect(f"/roles/{PREFIX}{values.code}", 303)

    return in_transaction(work)


def _require_new(code: str) -> None:
    if CustomRole.select().where(CustomRole.code == code).exists():
        raise UserError(_("There is a role with this code already: take another."))


def ask_archive(id: int) -> str:
    """Who holds the role, and the question what they get instead."""
    found = _reached(id)
    require_fresh()
    name = f"{PREFIX}{found.code}"
    others = [each for each in current_policy().roles.values() if each.name != name]
    return render_template(
        "roles/archive.html",
        role={"id": found.id, "name": name, "title": found.title},
        holders=[each for each in holders(name) if each["is_given"]],
        others=[(each.name, titled(each)) for each in others if not is_everything(each.name)],
    )


def archive(id: int) -> Response:
    """Put the role away; who holds it gets another instead, or is left without."""
    found = _reached(id)
    require_fresh()
    instead = request.form.get("instead", "")

    def work() -> Response:
        _replace(f"{PREFIX}{found.code}", instead)
        if not found.archived_at:
            found.archive()
        flash(str(_("Archived: %(title)s", title=found.title)), "ok")
        return redirect("/roles", 303)

    return in_transaction(work)


def _replace(name: str, instead: str) -> None:
    if instead and (instead == name or is_everything(instead)):
        raise UserError(_("Choose another role of the list: nothing was changed."))
    for held in UserRole.select().where(UserRole.role == name):
        mine = (UserRole.user == held.user_id) & (UserRole.role == instead)
        if not instead or UserRole.select().where(mine).exists():
            held.delete_instance()
        else:
            held.change({"role": instead})


def restore(id: int) -> Response:
    """Bring a role back; nobody holds it until somebody gives it."""
    found = _reached(id)
    require_fresh()

    def work() -> Response:
        if found.archived_at:
            found.restore()
        flash(str(_("Restored: %(title)s", title=found.title)), "ok")
        return redirect(f"/roles/{PREFIX}{found.code}", 303)

    return in_transaction(work)
