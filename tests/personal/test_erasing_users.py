"""A user is erased with all that lets them in; nobody erases themselves, or the last admin."""

from datetime import date, timedelta

import pytest

from core.access.accounts import create_token, create_user
from core.access.actors import actors_of
from core.access.models import Cover, Session, User, UserRole
from core.access.sessions import Lifetime, open_session
from core.attached.comments import write_comment
from core.data.actor import acting_as
from core.data.audit import note
from core.data.erasing import erased_unseen
from core.data.verifying import verify
from core.modules.transitions import Vetoed
from core.personal.erasing import erase, erase_as_system, preview
from tests.personal.dumps import found


def _actor(user):
    return actors_of([user.id])[user.id]


def test_a_user_is_erased_with_all_that_lets_them_in(working):
    admin = create_user("bosh", "a long one 1", name="Bosh Admin", roles=("admin",))
    aziza = create_user("aziza-x7", "a long one 2", name="Aziza Karimova-x7")
    aziza.change({"email": "aziza@x7.uz", "telephone": "+998 90 x7 77"})
    create_token(aziza, "x")
    open_session(aziza.id, Lifetime(timedelta(1), timedelta(1)), "127.0.0.1")
    UserRole.create(user=aziza, role="core.staff")
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 9)}
    cover = Cover.create(user=aziza, substitute=admin, note="davolanmoqda-x7", **days)
    with acting_as(_actor(aziza)):
        write_comment(admin, "men yozdim")
    erase_as_system(aziza, "left long ago")
    row = User.get_by_id(aziza.id)
    assert (row.login, row.is_active) == (f"erased-{row.id}", False)
    assert Session.select().count() == 0
    assert list(row.roles) == []
    left = found(["aziza-x7", "Karimova-x7", "aziza@x7", "+998 90 x7", "davolanmoqda-x7"])
    assert Cover.get_by_id(cover.id).substitute_id == admin.id
    assert left == {"core_history": ["Karimova-x7"]}
    shown = preview(row)
    assert "Entries of the history of what they did" in {str(k.title) for k in shown.kept}
    assert verify().fault is None


def test_nobody_erases_themselves_or_the_last_admin(working):
    admin = create_user("bosh", name="Bosh", roles=("admin",))
    with acting_as(_actor(admin)), pytest.raises(Vetoed, match="yourself"):
        erase(admin, "why not")
    with pytest.raises(Vetoed, match="last admin"):
        erase_as_system(admin, "why not")


def test_what_events_tell_of_the_browser_and_the_keys_of_a_user_is_erased(working):
    user = create_user("vali", name="Vali Aliyev")
    told = {
        "log_in": ("agent", "Brauzer-x7"),
        "remember_device": ("device", "Telefon-x7"),
        "add_factor": ("factor", "passkey Kalit-x7"),
        "create_token": ("title", "Belgi-x7"),
    }
    for action, (field, value) in told.items():
        note(action, ("core_user", user.id), [(field, None, value)])
    note("log_in", ("core_user", user.id + 1), [("agent", None, "Brauzer-y7")])
    erase(User.get_by_id(user.id), "left long ago")
    assert found(["x7"]) == {}
    assert found(["Brauzer-y7"]).keys() == {"core_history_value"}
    assert (verify().fault, erased_unseen()) == (None, 0)
