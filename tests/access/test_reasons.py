"""What the random worlds found, each in a world of its own."""

import pytest

from core import clock
from core.access.actors import actors_of
from core.access.decisions import can
from core.access.limits import FieldLimit
from core.access.lines import Access, Role
from core.access.models import Cover, User, UserRole
from core.access.permissions import admin
from core.access.reasons import why
from core.modules.registry import using

CLERK = Role("test.clerk", "Clerk")
CHIEF = Role("test.chief", "Chief", implies=(admin, CLERK))


@pytest.fixture
def contact(working):
    return working.model("contacts.contact")


@pytest.mark.requirement("S30")
def test_nobody_is_an_admin_in_the_place_of_one_whose_role_makes_admins(ruled, contact):
    absent, me = (User.create(login=name, name=name).id for name in ("absent", "me"))
    UserRole.create(user=absent, role="test.chief")
    today = clock.utc_now().date()
    Cover.create(user=absent, substitute=me, starts_on=today, ends_on=today)
    with ruled([Access(contact, CHIEF, "r"), Access(contact, CLERK, "r")]):
        acting = actors_of([absent, me])
        assert acting[absent].is_admin
        assert acting[me].roles == {"test.chief", "test.clerk"}
        assert not can(acting[me], "d", contact)


@pytest.mark.requirement("S28")
def test_a_limit_on_lines_is_one_on_what_repeats_them(ruled, actor, contact):
    limit = FieldLimit(contact, "telephones", readers=frozenset({"test.chief"}))
    with ruled([Access(contact, CLERK, "r")]) as registry:
        limited = type(registry.policy)((CLERK,), registry.access, (), (limit,))
        hidden = limited.fields(contact, actor(1, CLERK), "r")
        assert hidden == {"telephones", "telephone"}
        assert limited.fields(contact, actor(1, CLERK, CHIEF), "r") == set()


def test_why_answers_for_a_line_that_has_no_record_yet(ruled, working, actor, contact):
    telephone = working.model("contacts.telephone")
    with ruled([Access(contact, CLERK, "ru")]):
        (reason,) = why(actor(1, CLERK), "c", telephone())
        assert reason.grants
        assert can(actor(1, CLERK), "c", telephone())
    with using(working):
        assert not can(actor(1, CLERK), "c", telephone())
