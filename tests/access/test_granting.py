"""Leaders, stand-ins, roles that end, composed roles and narrowed tokens: what each comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.access.actors import actor_of, actors_of, by_id
from core.access.decisions import can, can_each
from core.access.lines import ALL, LED, OWN, TEAM, Access, Role, Rule
from core.access.models import (
    Cover,
    CustomRole,
    CustomRoleLine,
    CustomRolePart,
    Team,
    TeamMember,
    User,
    UserRole,
)
from core.access.permissions import admin
from core.access.reasons import TOKEN, why
from core.data.actor import Actor, acting_as
from core.data.fields import now
from core.modules.composed import composed
from core.modules.composing import whole_roles
from core.modules.registry import using

ONE, TWO = Role("test.one", "One"), Role("test.two", "Two")
DAY = timedelta(days=1)


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def person(login, *roles):
    user = User.create(login=login, name=login)
    for role in roles:
        UserRole.create(user=user, role=role)
    return user.id


def acting(id):
    return actors_of([id])[id]


def names(model, actor):
    with acting_as(actor):
        return {record.name for record in model.select()}


@pytest.mark.requirement("S28")
def test_a_leader_reaches_what_their_teams_own(ruled, contact):
    leader, member, other = person("l", "test.one"), person("m", "test.one"), person("o")
    team = Team.create(code="t", name="t", leader=leader)
    away = Team.create(code="a", name="a", leader=other)
    TeamMember.create(team=team, user=member)
    TeamMember.create(team=away, user=leader)
    for name, owner, of in (("l", leader, None), ("m", member, team), ("o", other, away)):
        contact.create(name=name, owner=owner, team=of)
    for scope, of_leader, of_member in (
        (OWN, {"l"}, {"m"}),
        (LED, {"l", "m"}, {"m"}),
        (TEAM, {"l", "m", "o"}, {"m"}),
        (ALL, {"l", "m", "o"}, {"l", "m", "o"}),
    ):
        with ruled([Access(contact, ONE, "r", scope=scope)]):
            assert names(contact, acting(leader)) == of_leader, scope
            assert names(contact, acting(member)) == of_member, scope


def test_rows_without_a_team_are_of_the_team_of_whoever_made_them(ruled, working):
    tag = working.model("contacts.tag")
    leader, member, other = person("l", "test.one"), person("m", "test.one"), person("o")
    team = Team.create(code="t", name="t", leader=leader)
    TeamMember.create(team=team, user=member)
    strangers = Team.create(code="s", name="s", leader=person("s"))
    TeamMember.create(team=strangers, user=other)
    for owner in (leader, member, other, strangers.leader_id):
        with using(working), acting_as(Actor(id=owner, roles=frozenset({"admin"}))):
            tag.create(name=f"of {owner}")
    with ruled([Access(tag, ONE, "r", scope=TEAM)]):
        assert names(tag, acting(member)) == {f"of {leader}", f"of {member}"}
        assert names(tag, acting(leader)) == {f"of {leader}", f"of {member}"}
    with ruled([Access(tag, ONE, "r", scope=LED)]):
        assert names(tag, acting(member)) == {f"of {member}"}
        assert names(tag, acting(leader)) == {f"of {leader}", f"of {member}"}


def cover(user, substitute, first, last):
    today = clock.utc_now().date()
    return Cover.create(
        user=user, substitute=substitute, starts_on=today + first * DAY, ends_on=today + last * DAY
    )


@pytest.mark.requirement("S29")
def test_a_stand_in_has_the_roles_and_the_rows_of_the_absent_for_these_days(ruled, contact):
    absent, me, other = person("absent", "test.two", "admin"), person("me"), person("other")
    for owner in (absent, me, other):
        contact.create(name=str(owner), owner=owner)
    access = [Access(contact, TWO, "ru", scope=OWN)]
    with ruled(access):
        assert names(contact, acting(me)) == set()
        standing = cover(absent, me, 0, 3)
        actor = acting(me)
        assert names(contact, actor) == {str(absent), str(me)}
        assert actor.roles == {"test.two"}
        assert not actor.is_admin
        reason = why(actor, "r", contact.get(contact.name == str(absent)))[0]
        assert (reason.grants, reason.stands_for) == (True, "absent")
        for first, last in ((1, 3), (-3, -1)):
            standing.change({"starts_on": _day(first), "ends_on": _day(last)})
            assert names(contact, acting(me)) == set(), (first, last)
        standing.change({"starts_on": _day(-3), "ends_on": _day(0)})
        assert names(contact, acting(me)) == {str(absent), str(me)}
        standing.archive()
        assert names(contact, acting(me)) == set()
        standing.restore()
        person("boss", "admin")  # the last admin stays one
        User.update(is_active=False).where(User.id == absent).execute()
        assert names(contact, acting(me)) == set()


def _day(days):
    return clock.utc_now().date() + days * DAY


def test_who_stands_in_for_a_stand_in_stands_in_for_nobody_else(ruled, contact):
    first, second, third = (person(n, f"test.{n}") for n in ("one", "two", "three"))
    cover(first, second, 0, 1)
    cover(second, third, 0, 1)
    with ruled([]):
        assert acting(third).roles == {"test.two", "test.three"}


def test_the_rules_of_the_absent_count_for_the_absent(ruled, contact):
    absent, me = person("absent", "test.one"), person("me", "test.two")
    for owner in (absent, me):
        for city in ("x", "y"):
            contact.create(name=f"{owner}{city}", owner=owner, city=city)
    cover(absent, me, 0, 0)
    access = [Access(contact, ONE, "r", except_fields=("city",)), Access(contact, TWO, "r", OWN)]
    rules = [Rule(contact, ONE, lambda row, actor: (row.owner == actor.id) & (row.city == "x"))]
    with ruled(access, rules) as registry:
        actor = acting(me)
        assert names(contact, actor) == {f"{absent}x", f"{me}x", f"{me}y"}
        assert registry.policy.fields(contact, actor, "r") == {"city"}
        shown = {str(r.name): can(actor, "r", r, "city") for r in contact.select()}
        assert shown == {f"{absent}x": False, f"{absent}y": False, f"{me}x": True, f"{me}y": True}


def test_a_role_ends_at_its_time(ruled, contact, working):
    me = person("me")
    held = UserRole.create(user=me, role="test.one", ends_at=now() + DAY)
    UserRole.create(user=me, role="test.two")
    with using(working):
        assert acting(me).roles == {"test.one", "test.two"}
        held.change({"ends_at": now()})
        assert acting(me).roles == {"test.two"}


def test_a_narrowed_token_does_no_more_than_it_is_for(ruled, contact):
    record = contact.create(name="a")
    row = by_id(person("me", "test.one"))[0]
    admin = by_id(person("boss", "admin"))[0]
    with ruled([Access(contact, ONE, "crudx")]) as registry:
        for found in (row, admin):
            actor = actor_of(found, "en", actions="rx")
            for action in "crudx":
                for subject in (contact, record):
                    allowed = action in "rx"
                    assert can(actor, action, subject) == allowed
                    assert why(actor, action, subject)[0].grants == allowed
            assert why(actor, "u", record)[0].stage == TOKEN
            assert registry.policy.fields(contact, actor, "u") is None
            telephone = registry.model("contacts.telephone")
            assert can(actor, "r", telephone)
            assert not can(actor, "c", telephone)
            with acting_as(actor):
                assert contact.update(name="b").execute() == 0
    assert contact.get_by_id(record.id).name == "a"


def test_a_page_of_records_is_decided_by_one_question(ruled, contact, query_count):
    me = person("me", "test.one")
    mine = [contact.create(name=str(n), owner=me if n % 2 else None).id for n in range(6)]
    with ruled([Access(contact, ONE, "ru", scope=OWN, except_fields=("city",))]):
        actor = acting(me)
        can_each(actor, "u", contact, mine)
        with query_count:
            assert can_each(actor, "u", contact, [*mine, 10**6]) == set(mine[1::2])
        assert len(query_count) == 1
        assert can_each(actor, "u", contact, mine, "city") == set()
        assert can_each(actor, "d", contact, mine) == set()
        assert can_each(actor, "u", contact, []) == set()


def _composed(code, **line):
    role = CustomRole.create(code=code, title=code.title())
    if line:
        CustomRoleLine.create(role=role, **line)
    return role


@pytest.mark.requirement("S28")
def test_an_admin_composes_roles_of_what_addons_offer(instance, working):
    line = {"model": "contacts.contact", "offered_by": "contacts.manager"}
    role = _composed("seller", **line, actions="ru", scope=OWN, hidden="tax_id")
    CustomRolePart.create(role=role, brings="core.observer")
    CustomRolePart.create(role=role, brings="admin")
    me = person("me", "custom.seller")
    other = person("other")
    registry = instance.registry()
    contact = registry.model("contacts.contact")
    for owner in (me, other):
        contact.create(name=str(owner), owner=owner)
    with using(registry):
        actor = acting(me)
        assert actor.roles == {"custom.seller", "core.observer"}
        assert names(contact, actor) == {str(me)}
        mine = contact.get(contact.name == str(me))
        assert can(actor, "u", mine)
        assert not can(actor, "u", mine, "tax_id")
        assert not can(actor, "d", mine)
        assert not can(actor, "c", contact)
        (reason,) = (r for r in why(actor, "u", mine) if r.grants)
        assert reason.source == "contacts"


def test_a_composed_line_goes_no_further_than_the_line_it_is_of(instance, working):
    line = {"model": "contacts.contact", "offered_by": "contacts.own"}
    _composed("wide", **line, actions="crudx", scope=ALL)
    _composed("gone", model="gone.thing", offered_by="gone.role", actions="r", scope=ALL)
    registry = instance.registry()
    found = {r.role.name: r for r in registry.access if r.role.name.startswith("custom.")}
    assert found.keys() == {"custom.wide"}
    assert (found["custom.wide"].actions, found["custom.wide"].scope) == ("cru", LED)


def test_no_composed_role_comes_with_one_that_is_everything(working):
    boss = Role("contacts.boss", "Boss", implies=(Role("contacts.chief", "", implies=(admin,)),))
    CustomRolePart.create(role=_composed("sly"), brings="contacts.boss")
    with using(replace(working, roles=(*working.roles, boss))):
        (sly,) = (each for each in composed() if isinstance(each, Role))
        assert sly.implies == ()
        assert "contacts.boss" not in {role.name for role in whole_roles()}


def test_the_rules_of_a_role_go_along_with_its_lines(ruled, contact):
    offered = Access(contact, ONE, "r")
    taken = Access(contact, TWO, "r", origin=offered, made_by="Dilnoza")
    contact.create(name="a", city="x")
    contact.create(name="b", city="y")
    with ruled([offered, taken], [Rule(contact, ONE, lambda row, actor: row.city == "x")]):
        actor = Actor(id=1, roles=frozenset({"test.two"}))
        assert names(contact, actor) == {"a"}
        said = why(actor, "r", contact.get(contact.name == "a"))
        assert said[0].made_by == "Dilnoza"


def test_a_change_of_a_composed_role_is_a_new_generation(app, as_role, instance, working):
    from core.modules.lifecycle import generation

    before = generation()
    role = _composed("x")
    with using(instance.registry()):
        role.change({"title": "Y"})
    assert generation() > before


def test_an_ended_day_is_told_by_the_zone_of_the_instance(ruled, clock):
    clock.set(datetime(2026, 3, 1, 20, 0, tzinfo=UTC))  # the second of March in Tashkent
    absent, me = person("absent", "test.one"), person("me")
    Cover.create(user=absent, substitute=me, starts_on="2026-03-02", ends_on="2026-03-02")
    with ruled([]):
        assert acting(me).roles == {"test.one"}
        clock.set(datetime(2026, 3, 1, 18, 0, tzinfo=UTC))
        assert acting(me).roles == set()
