"""The forms under attack: records, fields and choices that are not the actor's."""

import re

import pytest

from core.access.models import Session
from core.data.actor import system
from core.testing.instances import BASE_URL

LIST = "/contacts/contact/"
NARROW = ("own", "team", "ruled")
WRITES = ("edit", "archive", "restore")
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
LIVE = re.compile(r"<script>alert|<img src=x|>49<")


def body(answer):
    """The page without what is new with every answer."""
    return re.sub(r'content="[^"]*"|value="[^"]*"', "", answer.text)


@pytest.mark.attack(2)
def test_the_form_of_a_record_out_of_reach_is_like_one_that_never_was(site, world):
    for kind in NARROW:
        browser = site.browser(kind)
        never = browser.get(f"{LIST}999999/edit")
        assert never.status_code == 404
        for id in sorted(world.hidden(kind)):
            answer = browser.get(f"{LIST}{id}/edit")
            assert (answer.status_code, body(answer)) == (404, body(never)), (kind, id)
        for id in sorted(world.reach(kind))[:3]:
            assert browser.get(f"{LIST}{id}/edit").status_code == 200


@pytest.mark.attack(11)
@pytest.mark.attack(3)
def test_a_record_out_of_reach_is_not_written_by_its_form_or_its_buttons(site, world):
    with site.unchanged():
        for kind in (*NARROW, "roleless"):
            browser = site.browser(kind)
            for id in [*sorted(world.hidden(kind))[:8], 999999, 2**31, 2**63]:
                for deed in WRITES:
                    sent = {"version": "1", "name": "Taken", "telephones-lines": "1", "tags": ""}
                    answer = browser.post(f"{LIST}{id}/{deed}", sent)
                    assert answer.status_code == (403 if kind == "roleless" else 404)
                    assert "Mijoz" not in answer.text


@pytest.mark.attack(3)
def test_a_form_cannot_move_a_record_or_its_lines_out_of_or_into_reach(site, world):
    mine, other = min(world.reach("own")), min(world.hidden("own"))
    with system("a test looks for a line of another"):
        line = world.telephone.select().where(world.telephone.contact == other).first().id
    browser = site.browser("own")
    with site.unchanged():
        away = {"version": "1", "owner": str(world.people["else"])}
        assert browser.post(f"{LIST}{mine}/edit", away).status_code in (403, 422)
        hidden = {"version": "1", "parent": str(other)}
        assert browser.post(f"{LIST}{mine}/edit", hidden).status_code == 422
    before = world.dump()["Telephone"]
    sent = {"version": "1", "telephones-lines": "1"}
    sent |= {"telephones-0-id": str(line), "telephones-0-number": "+998901112233"}
    answer = browser.post(f"{LIST}{mine}/edit", sent)
    assert answer.status_code == 303
    stands = [row for row in before if row[0] == line]
    assert [row for row in world.dump()["Telephone"] if row[0] == line] == stands


@pytest.mark.attack(7)
def test_choices_name_only_what_is_seen_and_few(site, world):
    with system("a test reads names"):
        names = {row.id: row.name for row in world.contact.select()}
    for kind in NARROW:
        browser = site.browser(kind)
        hidden = {names[id] for id in world.hidden(kind)}
        for query in (
            "",
            "search=Mijoz",
            "search=",
            "search=%25",
            "limit=100000",
            "search=Mijoz&limit=1000",
        ):
            found = browser.get(f"{LIST}choices?{query}").json
            assert len(found) <= 20
            assert all(set(one) == {"id", "name"} for one in found)
            assert {one["id"] for one in found} <= world.reach(kind)
        page = browser.get(f"{LIST}{min(world.reach(kind))}/edit").text
        assert not {name for name in hidden if name in page}
    assert site.browser("roleless").get(f"{LIST}choices").status_code == 403
    assert site.browser("ruled").get("/core/user/choices").status_code == 403


@pytest.mark.attack(15)
def test_a_field_that_nobody_may_type_is_ignored(site, world):
    id = min(world.reach("own"))
    kept = ("id", "created_at", "created_by", "updated_by", "archived_at", "normal")
    with system("a test compares"):
        before = world.contact.get_by_id(id)
        version = before.version
    sent = dict.fromkeys(kept, "7") | {"version": str(version), "is_admin": "1", "city": "Xiva"}
    sent |= {"roles-lines": "1", "roles-0-role": "admin", "people": "1", "telephone": "1"}
    answer = site.browser("own").post(f"{LIST}{id}/edit", sent)
    assert answer.status_code == 303
    with system("a test compares"):
        after = world.contact.get_by_id(id)
    assert after.city == "Xiva"
    assert after.version == version + 1
    for name in ("id", "created_at", "created_by_id", "archived_at"):
        assert getattr(after, name) == getattr(before, name)


@pytest.mark.attack(15)
def test_no_form_makes_an_admin_for_whoever_did_not_prove_just_now_that_they_are_one(site, world):
    id = world.people["own"]
    before = world.dump()["UserRole"]
    sent = {"version": "1", "roles-lines": "1", "roles-0-role": "admin", "is_active": "1"}
    for kind in ("own", "all", "admin"):
        browser = site.browser(kind)
        Session.update(confirmed_at=None).execute()
        browser.post(f"/core/user/{id}/edit", sent)
        browser.post("/core/user/new", {"login": "evil", "name": "evil", **sent})
    assert world.dump()["UserRole"] == before
    assert len(world.dump()["User"]) == len(world.people)


@pytest.mark.attack(25)
def test_script_in_what_is_typed_is_text_on_every_form(site, world):
    browser = site.browser("admin")
    sent = {"name": SCRIPT, "note": SCRIPT, "birthday": SCRIPT, "owner": SCRIPT, "was": SCRIPT}
    sent |= {
        "telephones-lines": "1",
        "telephones-0-number": SCRIPT,
        "status": SCRIPT,
        "tags": SCRIPT,
    }
    wrong = browser.post(f"{LIST}new", sent)
    assert wrong.status_code == 422
    right = {key: sent[key] for key in ("name", "note", "telephones-lines", "telephones-0-number")}
    made = browser.post(f"{LIST}new", right)
    assert made.status_code == 303
    form = browser.get(f"{made.headers['Location']}/edit")
    stale = browser.post(
        f"{made.headers['Location']}/edit", {**right, "version": "0", "city": SCRIPT}
    )
    assert stale.status_code == 409
    for page in (wrong, form, stale, browser.get(made.headers["Location"])):
        assert not LIVE.search(page.text)
        assert "&lt;script&gt;" in page.text
    found = browser.get(f"{LIST}choices?search=script")
    assert found.mimetype == "application/json"


@pytest.mark.attack(36)
def test_no_form_is_saved_without_a_good_token(site, world):
    id = min(world.reach("own"))
    foreign = site.browser("team").csrf_token()
    with site.unchanged():
        for path in ("new", *(f"{id}/{deed}" for deed in WRITES)):
            for token in (None, "", "wrong", foreign):
                sent = {"name": "Taken", "version": "1"} | ({"csrf_token": token} if token else {})
                answer = site.fresh("own").post(f"{LIST}{path}", data=sent, base_url=BASE_URL)
                assert answer.status_code == 400
