"""The demo: made once, whole or not at all, and served with its logins."""

import re
import stat

from core.access.models import User


def _logins(text):
    return dict(re.findall(r"^([a-z]+) +((?:[a-z0-9]{4}-){4}[a-z0-9]{4})", text, re.MULTILINE))


def test_the_demo_is_made_once_and_its_logins_let_people_in(empty_shell):
    var = empty_shell.var
    var.mkdir(mode=0o700)
    (var / "demo-making.db").write_text("half")
    served = empty_shell.start("demo")
    served.wait_until_ready()
    kept = (var / "demo-logins").read_text()
    assert stat.S_IMODE((var / "demo-logins").stat().st_mode) == 0o600
    logins = _logins(kept)
    assert logins.keys() >= {"admin", "dilnoza", "otabek", "bobur"}
    assert len(set(logins.values())) == len(logins)
    dilnoza = served.visitor()
    assert dilnoza.log_in("dilnoza", logins["dilnoza"]).headers["location"] == "/"
    page = dilnoza.get("/contacts/contact/?search=otkir")
    assert page.status == 200
    assert "Oʻtkir" in page.text
    assert dilnoza.get("/apps").status == 403
    served.stop()
    printed = served.printed()
    assert f"http://127.0.0.1:{served.port}" in printed
    assert _logins(printed) == logins
    assert not (var / "demo-making.db").exists()

    again = empty_shell.start("demo", "--port", str(served.port), port=served.port)
    again.wait_until_ready()
    assert _logins((var / "demo-logins").read_text()) == logins
    assert dilnoza.get("/contacts/contact/").status == 200
    again.stop()
    assert _logins(again.printed()) == logins


def test_the_demo_company_has_people_teams_and_customers_of_each_kind(working):
    from core.exchange.demo import load_demo

    assert load_demo(working) > 140
    contact = working.model("contacts.contact")
    team = working.model("core.team").get(code="wholesale")
    assert str(team.leader) == "Dilnoza Rahimova"
    assert team.members.count() == 4
    dilnoza = User.get(login="dilnoza")
    assert [str(role) for role in dilnoza.roles] == ["contacts.user"]
    market = contact.get(contact.name == "Bahor Market")
    assert market.owner == dilnoza
    assert {str(tag) for tag in market.tags} == {"Ulgurji", "Oziq-ovqat", "Tavsiya bilan kelgan"}
    assert [line.kind for line in market.telephones] == ["work", "mobile", "fax"]
    assert {person.name for person in market.people} >= {"Sevara Nurmatova"}
    assert working.model("core.organization").select().count() == 1
