"""Roles that must have a second factor: who holds one is led to add it."""

import pyotp

from core.access.factors.codes import waiting_secret
from core.access.factors.models import Authenticator


def test_a_role_that_demands_a_factor_leads_to_it_before_anything_else(
    open_at, migrated_url, browser_of
):
    instance = open_at(migrated_url, KARVON_SESSIONS__FACTOR_FOR="admin, contacts.manager")
    boss, seller = (browser_of(instance, role) for role in ("admin", "contacts.user"))
    assert seller.get("/").status_code == 200
    for path in ("/", "/contacts/contact/", "/account", "/core/user/"):
        assert boss.get(path).location == "/account/factor", path
    assert boss.post("/apps/contacts/disable").location == "/account/factor"
    headers = {"HX-Request": "true"}
    assert boss.get("/apps", headers=headers).headers["HX-Redirect"] == "/account/factor"
    page = boss.get("/account/factor")
    assert (page.status_code, "Your role demands" in page.text) == (200, True)
    boss.post("/account/factor/begin")
    code = pyotp.TOTP(waiting_secret(boss.user.id)).now()
    assert boss.post("/account/factor", {"code": code}).status_code == 200
    assert boss.get("/").status_code == 200
    assert boss.post("/account/factor/off").status_code == 400
    assert Authenticator.select().count() == 1


def test_a_role_that_nobody_can_hold_is_said_in_the_log(open_at, migrated_url, caplog):
    open_at(migrated_url, KARVON_SESSIONS__FACTOR_FOR="admin admins").build()
    assert [each.getMessage() for each in caplog.records] == [
        "[sessions] factor_for demands nothing of admins: there is no such role"
    ]
