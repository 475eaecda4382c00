"""Random worlds, as hypothesis draws them, and what is asked about them."""

from typing import Any

from hypothesis import strategies as st

from tests.access.worlds.facts import (
    EVERYTHING,
    Asking,
    Clause,
    Composed,
    Crew,
    Held,
    Limit,
    Line,
    Narrowing,
    Person,
    StandIn,
)
from tests.access.worlds.oracle import ADMIN, PART_OF, WIDER, World

ROLES = ("w.ant", "w.bee", "w.cat", "w.dog")
GONE = "gone.role"  # of an addon that is off
CODES = ("elk", "fox")
CUSTOM = tuple(f"custom.{code}" for code in CODES)
PEOPLE, CREWS, CONTACTS = 6, 3, 7
# What is asked about, and what lines hide: fields, and lines by what their record calls them.
FIELDS: dict[str, tuple[str, ...]] = {
    "contact": ("name", "city", "tax_id", "owner", "telephone", "telephones", "emails"),
    "telephone": ("number", "kind"),
    "tag": ("name", "created_by"),
    "team": ("name", "leader", "members"),
    "member": ("user",),
    "cover": ("note", "user"),
}
RULED = (*["contact"] * 5, "tag", "team", "cover")  # contacts most of all
CITIES = ("Toshkent", "Buxoro", "")
MAYBE = st.booleans()


def _one_of(values: Any) -> Any:
    return st.sampled_from(list(values))


def _some(values: Any, most: int = 2) -> Any:
    return st.lists(_one_of(values), max_size=most, unique=True).map(tuple)


def _among(number: int) -> Any:
    return _one_of(range(number))


def _perhaps(strategy: Any) -> Any:
    return st.one_of(strategy, strategy, st.none())


actions = st.one_of(
    _one_of(["crudx", "crudx", "ru", "cru", "rx", "d", "crud"]),
    st.sets(_one_of(EVERYTHING), min_size=1).map(sorted).map("".join),
)
person = st.builds(
    Person,
    st.lists(
        st.builds(
            Held, _one_of([*ROLES, *ROLES, *CUSTOM, GONE, ADMIN]), _one_of([False] * 5 + [True])
        ),
        min_size=0,
        max_size=4,
        unique_by=lambda held: held.role,
    ).map(tuple),
    _perhaps(_among(CONTACTS)),
    _one_of([True] * 5 + [False]),
)
crew = st.builds(Crew, _perhaps(_among(PEOPLE)), _some(range(PEOPLE), 3))
stand_in = st.builds(
    StandIn,
    _among(PEOPLE),
    _among(PEOPLE),
    _one_of([-2, 0, 0, 1]),
    _one_of([2, 0, 0, -1]),
    _one_of([False] * 4 + [True]),
)


@st.composite
def line(draw: Any, custom: bool = False) -> Line:
    model = draw(_one_of(RULED))
    hidden = draw(_some(FIELDS[model]))
    return Line(
        model,
        "" if custom else draw(_one_of(ROLES)),
        draw(actions),
        draw(_one_of(WIDER)),
        hidden if draw(MAYBE) else (),
        draw(_one_of([*ROLES, GONE])) if custom else "",
    )


LEAVES: dict[str, list[Any]] = {
    "contact": [
        st.builds(Clause, _one_of(["is", "is not"]), st.just("city"), _one_of(CITIES)),
        st.builds(Clause, _one_of(["mine", "empty", "filled"]), st.just("owner")),
        st.builds(Clause, st.just("my team"), st.just("team")),
        st.builds(Clause, _one_of(["my contact", "empty"]), st.just("parent")),
        st.builds(Clause, _one_of(["mine", "filled"]), st.just("created_by")),
    ],
    "tag": [
        st.builds(Clause, _one_of(["is", "is not"]), st.just("name"), _one_of(["tag0", "tag1"])),
        st.builds(Clause, _one_of(["mine", "empty"]), st.just("created_by")),
    ],
    "team": [st.builds(Clause, _one_of(["mine", "empty", "filled"]), st.just("leader"))],
    "cover": [st.builds(Clause, st.just("mine"), _one_of(["user", "substitute"]))],
}


def clauses(model: str) -> Any:
    leaf = st.one_of(*LEAVES[model])
    pair = st.tuples(leaf, leaf)
    joined = st.builds(lambda kind, parts: Clause(kind, parts=parts), _one_of(["and", "or"]), pair)
    return st.one_of(leaf, leaf, joined)


@st.composite
def narrowing(draw: Any) -> Narrowing:
    model = draw(_one_of(RULED))
    on = draw(_one_of(["rud", "rudx", "r", "u", "ru", "x", "d"]))
    return Narrowing(model, draw(_one_of(ROLES)), draw(clauses(model)), on)


@st.composite
def limit(draw: Any) -> Limit:
    model = draw(_one_of(["contact", "contact", "telephone", "tag"]))
    roles = st.frozensets(_one_of([*ROLES, *CUSTOM]), max_size=2)
    return Limit(model, draw(_one_of(FIELDS[model])), draw(roles), draw(roles))


composed = st.builds(
    Composed,
    st.just(""),
    _some([*ROLES, GONE, ADMIN]),
    # One line for each model and role that offers it.
    st.lists(line(custom=True), max_size=2, unique_by=lambda one: (one.model, one.offered_by)).map(
        tuple
    ),
)


def _implied(drawn: list[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return dict(zip(ROLES, drawn, strict=True))


# An addon may say of a role that an admin is what it makes.
implied = st.lists(
    st.one_of(st.just(()), _some(ROLES), _some([*ROLES, *ROLES, ADMIN], 1)),
    min_size=len(ROLES),
    max_size=len(ROLES),
).map(_implied)
by = _perhaps(_among(PEOPLE))
a_contact = st.fixed_dictionaries(
    {
        "owner": by,
        "team": _perhaps(_among(CREWS)),
        "created_by": by,
        "city": _one_of(CITIES),
        "parent": _perhaps(_among(CONTACTS)),
        "archived": _one_of([False, False, True]),
    }
)
a_telephone = st.fixed_dictionaries({"contact": _among(CONTACTS)})
a_tag = st.fixed_dictionaries({"created_by": by, "archived": MAYBE})


def _many(strategy: Any, least: int, most: int) -> Any:
    return st.lists(strategy, min_size=least, max_size=most)


@st.composite
def worlds(draw: Any) -> World:
    """A small company: everybody in it may be anything."""
    world = World(
        people=[Person((Held(ROLES[0]),)), *draw(_many(person, PEOPLE - 1, PEOPLE - 1))],
        crews=draw(_many(crew, CREWS, CREWS)),
        stand_ins=draw(_many(stand_in, 0, 4)),
        implies=draw(implied),
        lines=draw(_many(line(), 6, 12)),
        rules=draw(_many(narrowing(), 0, 3)),
        limits=draw(_many(limit(), 0, 2)),
        composed=[
            Composed(code, drawn.brings, drawn.lines)
            for code, drawn in zip(CODES, draw(_many(composed, 2, 2)), strict=True)
        ],
    )
    contacts = draw(_many(a_contact, CONTACTS, CONTACTS))
    tags = draw(_many(a_tag, 3, 3))
    makers = draw(_many(by, CREWS + len(world.stand_ins), CREWS + len(world.stand_ins)))
    world.records = {
        "contact": contacts,
        "telephone": draw(_many(a_telephone, 6, 6)),
        "tag": [{"name": f"tag{n}", **tag} for n, tag in enumerate(tags)],
        "team": [
            {"leader": each.leader, "created_by": maker}
            for each, maker in zip(world.crews, makers, strict=False)
        ],
        "member": [
            {"team": n, "user": user} for n, each in enumerate(world.crews) for user in each.members
        ],
        "cover": [
            {"user": s.absent, "substitute": s.substitute, "created_by": maker}
            for s, maker in zip(world.stand_ins, makers[CREWS:], strict=True)
        ],
    }
    return world


askings = st.builds(
    Asking,
    _one_of([*range(PEOPLE), *range(PEOPLE), *range(PEOPLE), None]),
    st.one_of(*[st.just(EVERYTHING)] * 6, actions),
    st.one_of(*[st.none()] * 6, _some([*ROLES, *CUSTOM, ADMIN, GONE], 3)),
)


@st.composite
def questions(draw: Any) -> tuple[Asking, str, str, int | None, str | None]:
    """Who, the action, the model, the place of the record (reduced to how many there are; None:
    the model as a whole), the field.
    """
    model = draw(_one_of(["contact", "contact", "contact", "telephone", *FIELDS]))
    which = st.one_of(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.none())
    name = st.one_of(st.none(), _one_of(FIELDS[model]), _one_of(FIELDS[model]))
    return draw(askings), draw(_one_of(EVERYTHING)), model, draw(which), draw(name)


def is_part(model: str) -> bool:
    return model in PART_OF
