"""The pages of retention: an administrator makes a rule, looks at what it does, and says yes."""

import pytest

from core.data.history import History
from core.personal.models import RetentionRule


@pytest.fixture
def old(working, clock):
    record = working.model("contacts.contact").create(name="Eski <b>Odam</b>", kind="person")
    clock.forward(days=400)
    return record


RULE = {
    **{"model": "contacts.contact", "field": "updated_at", "number": "12"},
    **{"unit": "months", "deed": "archive"},
}


def test_a_rule_is_made_looked_at_and_confirmed(old, as_role):
    admin = as_role("admin")
    assert "Everything is kept for ever" in admin.get("/retention").text
    assert 'value="contacts.contact"' in admin.get("/retention/new").text
    form = admin.get("/retention/new?model=contacts.contact").text
    assert 'value="erase"' in form
    assert 'value="delete"' not in form
    made = admin.post("/retention/new", RULE)
    assert made.status_code == 303
    url = made.headers["Location"]
    shown = admin.get(url).text
    assert "Records that are due: 1" in shown
    assert "Eski &lt;b&gt;Odam&lt;/b&gt;" in shown
    assert "To be confirmed" in shown
    assert RetentionRule.get().confirmed_at is None
    assert admin.post(f"{url}/confirm").status_code == 303
    assert "At work" in admin.get("/retention").text
    assert RetentionRule.get().confirmed_by == admin.user.name
    admin.post(f"{url}/pause")
    assert "Paused" in admin.get(url).text
    admin.post(f"{url}/resume")
    assert "To be confirmed" in admin.get(url).text
    assert admin.post(f"{url}/remove").headers["Location"] == "/retention"
    assert RetentionRule.select().count() == 0


def test_what_is_no_rule_comes_back_with_a_sentence(old, as_role):
    admin = as_role("admin")
    refused = admin.post("/retention/new", {**RULE, "number": "-1"})
    assert refused.status_code == 422
    assert "a whole number from 1" in refused.text
    refused = admin.post("/retention/new", {**RULE, "model": "core.session"})
    assert (refused.status_code, RetentionRule.select().count()) == (422, 0)


def test_a_rule_whose_app_is_off_waits(old, as_role, browser_of, instance):
    RetentionRule.create(**{**RULE, "model": "gone.order"})
    admin = as_role("admin")
    assert "App is off" in admin.get("/retention").text
    page = admin.get(f"/retention/{RetentionRule.get().id}")
    assert page.status_code == 200
    assert "Yes, let it work" not in page.text
    refused = admin.post(f"/retention/{RetentionRule.get().id}/confirm")
    assert refused.status_code == 400


@pytest.mark.attack(13)
def test_nobody_else_sees_or_makes_a_rule(old, as_role):
    RetentionRule.create(**RULE)
    carer = as_role("contacts.manager", "core.privacy")
    number = RetentionRule.get().id
    before = History.select().count()
    for path in ("", "/new", "/new?model=contacts.contact", f"/{number}"):
        refused = carer.get(f"/retention{path}")
        assert refused.status_code == 403
        assert "Eski" not in refused.text
    for path in ("/new", f"/{number}/confirm", f"/{number}/pause", f"/{number}/remove"):
        assert carer.post(f"/retention{path}", RULE).status_code == 403
    assert 'href="/retention"' not in carer.get("/").text
    assert (RetentionRule.select().count(), History.select().count()) == (1, before)


def test_a_rule_that_is_not_there_is_not_found(as_role):
    admin = as_role("admin")
    for number in (7, 2**40):
        assert admin.get(f"/retention/{number}").status_code == 404
