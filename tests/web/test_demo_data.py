"""Demo records come by an administrator alone, into an instance without business records."""

import pytest

from addons.contacts.models import Contact
from core.access.models import Credential, User
from core.data.history import History


def test_an_admin_loads_the_demo_company_whose_people_cannot_log_in(as_role, inside):
    admin = as_role("admin", login="admin")
    assert 'href="/apps/demo"' in admin.get("/apps").text
    assert "Its employees cannot log in" in admin.get("/apps/demo").text
    assert admin.post("/apps/demo", {"sure": "yes"}).location == "/apps"
    assert Contact.select().count() > 10
    made = User.select().where(User.login == "dilnoza").get()
    assert not made.is_active
    assert not Credential.select().exists()
    assert User.get_by_id(admin.user.id).is_active
    assert History.select().where(History.action == "load_demo").exists()


def test_it_is_asked_twice_and_never_mixed_with_business_records(as_role, inside):
    admin = as_role("admin", login="boss")
    assert admin.post("/apps/demo").status_code == 400
    assert not Contact.select().exists()
    Contact.create(name="Aziz")
    assert "Contacts: 1" in admin.get("/apps/demo").text
    assert admin.post("/apps/demo", {"sure": "yes"}).status_code == 400
    assert Contact.select().count() == 1


@pytest.mark.attack(48)
@pytest.mark.parametrize("roles", [("contacts.manager",), ("core.staff",), ("core.portal",), ()])
def test_anybody_else_loads_nothing(as_role, inside, roles):
    other = as_role(*roles)
    assert other.get("/apps/demo").status_code == 403
    assert other.post("/apps/demo", {"sure": "yes"}).status_code == 403
    assert not Contact.select().exists()
    assert User.select().count() == 1
