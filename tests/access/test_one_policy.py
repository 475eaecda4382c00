"""What one policy answers: what narrows a line, which fields are hidden, and what it refuses."""

import pytest

from core.access.decisions import can, can_each
from core.access.limits import FieldLimit
from core.access.lines import ALL, LED, OWN, TEAM, Access, Grant, Role, Rule
from core.access.models import User
from core.access.policy import Policy, current_policy
from core.access.reasons import why
from core.data import reaching
from core.data.actor import PUBLIC, Actor, acting_as, system
from core.data.reaching import reached_by
from core.errors import ManifestError

ONE, TWO = Role("test.one", "One"), Role("test.two", "Two")
ME = Actor(id=1, name="me", roles=frozenset({"test.one", "test.two"}))


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.fixture
def telephone(working):
    return working.model("contacts.telephone")


def everything(row, actor):
    return row.id == row.id


def hidden(*access, rules=(), limits=(), actor=ME, action="r"):
    policy = Policy((ONE, TWO), access, rules, limits)
    return policy.fields(access[0].model, actor, action)


def test_a_line_that_cannot_be_meant_is_refused_in_words(contact, telephone):
    for line, words in (
        (
            Access(contact, ONE, "rzy"),
            "Access on Contact names y, z: use the letters c r u d x.",
        ),
        (
            Access(contact, ONE, "r", scope="wide"),
            "Access on Contact has the scope wide: use one of own, led, team, all.",
        ),
        (
            Access(telephone, ONE, "r"),
            "Telephone is a part of its contact:"
            " it follows the access of that record and has no lines of its own.",
        ),
    ):
        with pytest.raises(ManifestError) as caught:
            Policy((ONE,), (line,), ())
        assert str(caught.value) == words


def test_a_field_is_shown_where_a_line_as_wide_shows_it(contact):
    for hides, shows in ((OWN, OWN), (OWN, LED), (LED, TEAM), (TEAM, TEAM), (TEAM, ALL)):
        closed = Access(contact, ONE, "r", scope=hides, except_fields=("city",))
        assert hidden(closed, Access(contact, TWO, "r", scope=shows)) == set()
        if hides != shows:
            closed = Access(contact, ONE, "r", scope=shows, except_fields=("city",))
            assert hidden(closed, Access(contact, TWO, "r", scope=hides)) == {"city"}
    both = [Access(contact, role, "r", except_fields=("city",)) for role in (ONE, TWO)]
    assert hidden(*both) == {"city"}


def test_a_line_under_more_rules_shows_nothing_on_all_rows(contact):
    for scope in (OWN, ALL):
        shows = Access(contact, ONE, "r", scope=scope)
        other = Access(contact, TWO, "r", scope=scope, except_fields=("city",))
        same = Access(contact, ONE, "r", scope=scope, except_fields=("city",))
        for role, closed, expected in (
            (ONE, other, {"city"}),  # narrows only what shows it
            (TWO, other, set()),  # narrows only what hides it
            (ONE, same, set()),  # narrows both
        ):
            rules = [Rule(contact, role, everything)]
            assert hidden(shows, closed, rules=rules) == expected, (scope, role)
        elsewhere = [Rule(contact, ONE, everything, on="u")]
        assert hidden(shows, other, rules=elsewhere) == set()


def test_what_the_absent_may_see_of_their_rows_is_not_seen_on_ones_own(contact):
    absent = Actor(id=2, name="absent", roles=frozenset({"test.two"}))
    me = Actor(id=1, name="me", roles=frozenset({"test.one"}), covers=(absent,))
    for scope, expected in ((OWN, {"city"}), (TEAM, {"city"}), (ALL, set())):
        closed = Access(contact, ONE, "r", scope=OWN, except_fields=("city",))
        assert hidden(closed, Access(contact, TWO, "r", scope=scope), actor=me) == expected


def test_lines_and_limits_hide_together_and_nothing_is_said_of_nothing(contact, telephone):
    limits = [FieldLimit(contact, "job", readers=frozenset({"test.gone"}))]
    line = Access(contact, ONE, "ru", except_fields=("city",))
    assert hidden(line, limits=limits) == {"city", "job"}
    assert hidden(line, limits=limits, action="d") is None
    policy = Policy((ONE, TWO), (line,), (), limits)
    admin = Actor(id=3, roles=frozenset({"admin"}))
    assert policy.fields(contact, admin, "r") == set()
    assert policy.fields(contact, Actor(id=3, roles=admin.roles, actions="u"), "r") is None
    assert policy.fields(contact, PUBLIC, "r") is None
    with system("a test") as all:
        assert policy.fields(contact, all, "d") == set()
        assert policy.limited(contact, all, "r") == set()
    assert policy.fields(telephone, ME, "r") == set()
    assert policy.fields(telephone, ME, "d") == set()
    assert policy.fields(telephone, ME, "x") is None
    assert policy.fields(telephone, PUBLIC, "r") is None
    lines = Access(contact, ONE, "r", except_fields=("telephones",))
    closed = Policy((ONE,), (lines,), ())
    assert closed.fields(telephone, ME, "r") is None
    assert closed.fields(contact, ME, "r") == {"telephones", "telephone"}
    number = [FieldLimit(telephone, "number", readers=frozenset({"test.gone"}))]
    of_lines = Policy((ONE,), (line,), (), number)
    assert of_lines.fields(telephone, ME, "r") == {"number", "normal"}
    assert of_lines.fields(contact, ME, "r") == {"city", "telephone"}


def test_what_narrows_a_line_is_told_with_its_source(contact):
    rule = Rule(contact, ONE, everything, title="some", source="sales")
    line = Access(contact, ONE, "r", scope=OWN, source="contacts")
    policy = Policy((ONE,), (line,), (rule,))
    found = policy.conditions(Grant(line, ME), "r")
    assert [(str(each.said), each.source) for each in found] == [
        ("some", "sales"),
        ("their own records", "contacts"),
    ]
    assert policy.conditions(Grant(Access(contact, TWO, "r"), ME), "r") == []


def test_only_scopes_say_the_same_at_any_time(contact, telephone):
    access = [Access(contact, ONE, "ru", scope=OWN), Access(contact, TWO, "r")]
    policy = Policy((ONE, TWO), access, [Rule(contact, ONE, everything, on="u")])
    assert policy.lasts(contact, ME, "r")
    assert not policy.lasts(contact, ME, "u")
    assert not policy.lasts(contact, ME, "c") or not policy.grants(contact, ME, "c")
    assert policy.lasts(telephone, ME, "r")
    assert not policy.lasts(telephone, ME, "d")
    two = Actor(id=1, roles=frozenset({"test.two"}))
    assert policy.lasts(contact, two, "u")


def test_an_index_counts_all_rows_or_those_of_one_owner(contact):
    def fast(*access, rules=(), action="r"):
        return Policy((ONE, TWO), access, rules).counts_fast(contact, ME, action)

    all, own, team = (Access(contact, ONE, "r", scope=scope) for scope in (ALL, OWN, TEAM))
    assert fast(all)
    assert fast(own)
    assert fast(own, all)
    assert not fast(team)
    assert not fast(own, team)
    assert not fast(own, action="d")
    assert not fast(own, rules=[Rule(contact, ONE, everything)])
    other = Access(contact, TWO, "r", scope=OWN)
    assert fast(own, other)


def test_many_records_are_asked_about_in_parts(ruled, working, contact):
    ids = [contact.create(name=city, city=city).id for city in ("x", "y", "x")]
    far = range(10**6, 10**6 + 1_500)
    with ruled([Access(contact, ONE, "r")], [Rule(contact, ONE, lambda row, me: row.city == "x")]):
        asked = [ids[0], *far, ids[1], ids[2]]
        assert can_each(ME, "r", contact, asked) == {ids[0], ids[2]}
        assert can_each(ME, "r", contact, []) == set()
    assert reached_by(None, contact, [*ids, 10**6]) == set(ids)


def test_a_rule_that_says_something_new_is_heard(ruled, contact):
    reaching._rows.clear()  # as in a process that was never asked
    town = ["x"]
    ids = {city: contact.create(name=city, city=city).id for city in ("x", "y")}
    with ruled(
        [Access(contact, ONE, "r")], [Rule(contact, ONE, lambda row, me: row.city == town[0])]
    ):
        for city in ("x", "y", "x"):
            town[0] = city
            assert can_each(ME, "r", contact, ids.values()) == {ids[city]}


def test_a_rule_may_look_at_what_its_actor_sees_elsewhere(ruled, working, contact):
    tag = working.model("contacts.tag")
    for name, city in (("a", "x"), ("b", "y")):
        contact.create(name=name, city=city)
        tag.create(name=city)

    def named_after_a_town(row, me):
        return row.name.in_(contact.select(contact.city))

    access = [Access(tag, ONE, "r"), Access(contact, TWO, "r")]
    rules = [
        Rule(tag, ONE, named_after_a_town),
        Rule(contact, TWO, lambda row, me: row.city == "x"),
    ]
    with ruled(access, rules):
        for name, expected in (("x", True), ("y", False)):
            with system("a test looks"):
                record = tag.get(tag.name == name)
            assert can(ME, "r", record) == expected
            assert why(ME, "r", record)[0].grants == expected
        one = Actor(id=1, roles=frozenset({"test.one"}))
        assert not can(one, "r", tag.get(tag.name == "x"))


def test_one_answer_is_kept_for_each_actor_and_question(ruled, contact):
    me = User.create(login="me", name="me").id
    mine = contact.create(name="a", owner=me)
    far = contact.create(name="b")
    acting = Actor(id=me, roles=frozenset({"test.one"}))
    with ruled([Access(contact, ONE, "ru", scope=OWN, except_fields=("city",))]) as registry:
        for _ in range(2):
            assert [can(acting, "r", each) for each in (mine, far)] == [True, False]
            assert not can(acting, "r", mine, "city")
            assert can(acting, "r", mine, "name")
            assert not can(acting, "d", mine)
            assert not can(PUBLIC, "r", mine)
            assert registry.policy.fields(contact, acting, "r") == {"city"}
            assert registry.policy.fields(contact, acting, "d") is None
        with acting_as(acting):
            assert [row.name for row in contact.select()] == ["a"]


def test_outside_of_a_request_nothing_is_granted(contact):
    from contextvars import Context

    def asked():
        return current_policy().grants(contact, ME, "r"), current_policy().about(contact, "r")

    assert Context().run(asked) == ([], [])
