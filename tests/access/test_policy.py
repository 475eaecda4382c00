"""What lines and rules mean: who reaches which rows and fields, and why."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.decisions import can
from core.access.lines import ALL, OWN, TEAM, Access, Role, Rule
from core.access.models import Team, User
from core.access.policy import Policy
from core.access.reasons import why
from core.data.actor import acting_as
from core.errors import ManifestError

ONE, TWO, THREE = (Role(f"test.{name}", name) for name in ("one", "two", "three"))


@pytest.fixture
def people(working):
    return [User.create(login=f"u{n}", name=f"u{n}").id for n in range(3)]


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


def names(model, actor):
    with acting_as(actor):
        return {record.name for record in model.select()}


def test_a_role_brings_those_it_implies():
    base = Role("test.base", "")
    middle = Role("test.middle", "", implies=(base,))
    top = Role("test.top", "", implies=(middle,))
    policy = Policy((base, middle, top), (), ())
    assert policy.implied(["test.top"]) == {"test.top", "test.middle", "test.base"}
    assert policy.implied(["test.middle"]) == {"test.middle", "test.base"}
    assert policy.implied(["gone.role"]) == {"gone.role"}
    assert Policy((), (), ()).implied(["test.top"]) == {"test.top"}


def test_roles_that_imply_each_other_end(working):
    first = Role("test.first", "")
    second = Role("test.second", "", implies=(first,))
    object.__setattr__(first, "implies", (second,))
    assert len(Policy((first, second), (), ()).implied(["test.first"])) == 2


@pytest.mark.requirement("S28")
def test_own_team_and_all_reach_wider_and_wider(ruled, actor, people, contact):
    me, mate, other = people
    team = Team.create(code="t", name="t")
    for name, owner, of in (("mine", me, None), ("team's", mate, team), ("far", other, None)):
        contact.create(name=name, owner=owner, team=of)
    contact.create(name="nobody's", owner=None)
    for scope, seen in (
        (OWN, {"mine"}),
        (TEAM, {"mine", "team's"}),
        (ALL, {"mine", "team's", "far", "nobody's"}),
    ):
        with ruled([Access(contact, ONE, "r", scope=scope)]):
            assert names(contact, actor(me, ONE, teams=(team.id,))) == seen
            assert names(contact, actor(me, TWO, teams=(team.id,))) == set()
            anybody = {"mine", "team's", "far", "nobody's"} if scope == ALL else set()
            assert names(contact, actor(None, ONE)) == anybody


@pytest.mark.requirement("S28")
def test_the_rules_of_one_role_narrow_each_other_and_roles_add_up(ruled, actor, people, contact):
    for name, city, status in (("a", "x", "lead"), ("b", "x", "active"), ("c", "y", "lead")):
        contact.create(name=name, city=city, status=status)
    access = [Access(contact, ONE, "r"), Access(contact, TWO, "r")]
    rules = [
        Rule(contact, ONE, lambda row, actor: row.city == "x"),
        Rule(contact, ONE, lambda row, actor: row.status == "lead"),
        Rule(contact, TWO, lambda row, actor: row.city == "y"),
    ]
    with ruled(access, rules):
        assert names(contact, actor(1, ONE)) == {"a"}
        assert names(contact, actor(1, TWO)) == {"c"}
        assert names(contact, actor(1, ONE, TWO)) == {"a", "c"}
        assert names(contact, actor(1, "admin")) == {"a", "b", "c"}
    with ruled([*access, Access(contact, THREE, "r")], rules):
        assert names(contact, actor(1, ONE, THREE)) == {"a", "b", "c"}


def test_a_rule_without_a_line_grants_nothing(ruled, actor, contact):
    contact.create(name="a")
    with ruled(
        [Access(contact, TWO, "r")], [Rule(contact, ONE, lambda row, actor: row.id == row.id)]
    ):
        assert names(contact, actor(1, ONE)) == set()


def test_an_action_that_does_not_exist_and_a_line_on_a_part_are_mistakes(working, contact):
    telephone = working.model("contacts.telephone")
    for line in (Access(contact, ONE, "rz"), Access(telephone, ONE, "r")):
        with pytest.raises(ManifestError):
            Policy((ONE,), (line,), ())


def test_a_field_shown_on_ones_own_rows_is_not_shown_on_all(ruled, actor, people, contact):
    mine = contact.create(name="mine", owner=people[0], tax_id="1")
    far = contact.create(name="far", owner=people[1], tax_id="2")
    wide = Access(contact, TWO, "r", except_fields=("tax_id",))
    with ruled([Access(contact, ONE, "r", scope=OWN), wide]) as registry:
        me = actor(people[0], ONE, TWO)
        assert registry.policy.fields(contact, me, "r") == {"tax_id"}
        assert can(me, "r", mine, "tax_id")
        assert not can(me, "r", far, "tax_id")
        assert can(me, "r", far, "name")
    with ruled([Access(contact, ONE, "r"), wide]) as registry:
        assert registry.policy.fields(contact, me, "r") == set()


def test_hidden_lines_are_hidden_on_the_rows_where_they_are(ruled, actor, people, working, contact):
    telephone = working.model("contacts.telephone")
    mine = contact.create(name="mine", owner=people[0])
    far = contact.create(name="far", owner=people[1])
    lines = [telephone.create(contact=record, number="1") for record in (mine, far)]
    hiding = Access(contact, TWO, "ru", except_fields=("telephones",))
    with ruled([hiding]), acting_as(actor(1, TWO)):
        assert telephone.select().count() == 0
        assert not can(actor(1, TWO), "r", telephone)
        assert not can(actor(1, TWO), "u", lines[0])
    with ruled([hiding, Access(contact, ONE, "ru", scope=OWN)]):
        me = actor(people[0], ONE, TWO)
        with acting_as(me):
            assert [line.id for line in telephone.select()] == [lines[0].id]
        assert [can(me, "u", line) for line in lines] == [True, False]


@pytest.mark.requirement("S29")
def test_why_marks_the_line_that_decided(ruled, actor, people, contact):
    mine = contact.create(name="mine", owner=people[0])
    far = contact.create(name="far", owner=people[1])
    access = [Access(contact, ONE, "r", scope=OWN), Access(contact, TWO, "ru")]
    with ruled(access):
        me = actor(people[0], ONE)
        assert [r.decides for r in why(me, "r", mine)] == [True, False]
        refused = why(me, "r", far)
        assert [r.grants for r in refused] == [False, False]
        assert [r.decides for r in refused] == [True, False]
        assert "not among them (their own records)" in str(refused[0].text)
        assert "the role is not held" in str(refused[1].text)
        assert str(why(me, "u", mine)[0].text).startswith("change: no role that is held")
        assert why(actor(1, "admin"), "d", far)[0].grants
        hidden = why(me, "r", mine, "tax_id")
        assert hidden[0].grants


def _lines(contact):
    fields = st.sampled_from([(), ("tax_id",), ("telephones",), ("tax_id", "city")])
    return st.lists(
        st.builds(
            Access,
            st.just(contact),
            st.sampled_from([ONE, TWO, THREE]),
            st.sampled_from(["r", "ru", "c", "crud", "d"]),
            st.sampled_from([OWN, TEAM, ALL]),
            fields,
        ),
        max_size=5,
    )


@pytest.mark.requirement("S29")
def test_can_and_why_never_disagree(ruled, actor, people, working, contact):
    telephone = working.model("contacts.telephone")
    team = Team.create(code="t", name="t")
    records = [
        contact.create(name="a", owner=people[0], city="x"),
        contact.create(name="b", owner=people[1], team=team),
        contact.create(name="c", city="x"),
    ]
    parts = [telephone.create(contact=record, number="1") for record in records]
    fresh = [telephone(contact=record, number="2") for record in records]
    subjects = [contact, telephone, contact(name="new"), *records, *parts, *fresh]

    @settings(
        max_examples=60,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        _lines(contact),
        st.sets(st.sampled_from([ONE, TWO, THREE])),
        st.sampled_from([*people, None]),
        st.sampled_from("crud"),
        st.sampled_from([None, "tax_id", "city", "name", "telephones"]),
        st.lists(st.sampled_from([ONE, TWO]), max_size=2),
    )
    def agree(access, roles, who, action, field, narrowed):
        rules = [Rule(contact, role, lambda row, actor: row.city == "x") for role in narrowed]
        me = actor(who, *roles, teams=(team.id,))
        with ruled(access, rules):
            for subject in subjects:
                said = any(reason.grants for reason in why(me, action, subject, field))
                assert can(me, action, subject, field) == said, (subject, field)

    agree()


def test_who_belongs_to_no_contact_reaches_not_those_that_belong_to_none(ruled, actor, contact):
    company = contact.create(name="company")
    contact.create(name="theirs", parent=company)

    def of_their_contact(row, actor):
        return row.parent == actor.contact_id

    with ruled([Access(contact, ONE, "r")], [Rule(contact, ONE, of_their_contact)]):
        nobody = actor(1, ONE)
        assert names(contact, nobody) == set()
        assert not can(nobody, "r", company)
        assert names(contact, replace(nobody, contact_id=company.id)) == {"theirs"}
