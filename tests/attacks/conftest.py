"""A company whose people reach different contacts: what every attack on the rules begins with."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from core.access.actors import actor_of, by_id
from core.access.lines import Access, Role, Rule
from core.access.models import Team, TeamMember, User, UserRole
from core.config import Settings
from core.data.actor import PUBLIC, Actor, acting_as, system
from core.data.database import close, db
from core.modules import lifecycle
from core.modules.registry import Registry, using
from core.testing.instances import settings_for
from core.testing.options import outside
from core.testing.scratch import forget_extensions
from core.testing.sites import Site
from core.web.instance import open_instance
from tests.attacks.target import Target

KINDS = ("own", "team", "ruled", "all", "roleless", "public", "nobody's")
HOLDS = {
    "own": "contacts.own",
    "team": "contacts.user",
    "all": "contacts.manager",
    "ruled": "attack.ruled",
    "admin": "admin",
}
WAREHOUSE = Path(__file__).parents[1] / "warehouse/addons"
CITIES = ("Toshkent", "Buxoro", "")


@dataclass
class World:
    """The registry, the people and their contacts. `reach` is what the rules should mean, worked
    out in Python from the rows as they were written."""

    registry: Registry
    settings: Settings
    kinds: tuple[str, ...] = KINDS
    people: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    telephones: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("contact", "telephone", "email", "tag", "contact_tag")
        models = [self.registry.model(f"contacts.{name}") for name in names]
        self.contact, self.telephone, self.email, self.tag, self.contact_tag = models

    def actor(self, kind: str) -> Actor:
        roles = {
            "own": {"contacts.own", "core.staff"},
            "team": {"contacts.own", "contacts.user", "core.staff"},
            "all": {"contacts.own", "contacts.user", "contacts.manager", "core.staff"},
            "ruled": {"attack.ruled"},
            "roleless": set(),
            "admin": {"admin"},
            "nobody's": {"contacts.own", "contacts.user", "attack.ruled"},
        }
        if kind == "public":
            return PUBLIC
        id = self.people.get(kind)
        teams = {"own": "north", "team": "north"}.get(kind)
        mine = frozenset({self.teams[teams]} if teams else ())
        return Actor(id=id, name=kind, roles=frozenset(roles[kind]), teams=mine)

    def acting(self, kind: str) -> AbstractContextManager[Actor]:
        return acting_as(self.actor(kind))

    def acting_as_stored(self, kind: str) -> AbstractContextManager[Actor]:
        """As the pages see the reader: by the roles and teams that the database holds."""
        return acting_as(actor_of(by_id(self.people[kind])[0], "en"))

    def reach(self, kind: str) -> set[int]:
        return {id for id, row in self.rows.items() if self._reaches(kind, row)}

    def _reaches(self, kind: str, row: dict[str, Any]) -> bool:
        me = self.people.get(kind, -1)
        if kind == "own":
            return bool(row["owner"] == me)
        if kind == "team":
            return bool(row["owner"] == me or row["team"] == self.teams["north"])
        if kind in ("ruled", "nobody's"):
            return bool(row["city"] == "Toshkent" and row["owner"] in (me, self.people["own"]))
        return kind in ("all", "admin")

    def hidden(self, kind: str) -> set[int]:
        return self.rows.keys() - self.reach(kind)

    def numbers(self, kind: str) -> set[int]:
        """The telephones whose contact is reached."""
        reach = self.reach(kind)
        return {id for id, contact in self.telephones.items() if contact in reach}

    def dump(self) -> dict[str, list[Any]]:
        """Every row of the models of the registry, as it stands."""
        with system("a test compares"):
            return {
                model.__name__: sorted(model.select().tuples(), key=lambda row: row[0])
                for model in self.registry.models
            }


def _with_a_rule(registry: Registry, people: dict[str, int]) -> Registry:
    contact = registry.model("contacts.contact")
    ruled = Role("attack.ruled", "Ruled")

    def in_town(row: Any, actor: Actor) -> Any:
        return row.city == "Toshkent"

    def mine(row: Any, actor: Actor) -> Any:
        return (row.owner == actor.id) | (row.owner == people["own"])

    return replace(
        registry,
        roles=(*registry.roles, ruled),
        access=(*registry.access, Access(contact, ruled, "crud")),
        rules=(Rule(contact, ruled, in_town), Rule(contact, ruled, mine)),
    )


def _fill(world: World) -> None:
    for kind in ("own", "team", "all", "ruled", "roleless", "else", "admin"):
        world.people[kind] = User.create(login=f"kirish-{kind}", name=f"Xodim-{kind}").id
    for name in ("north", "south"):
        world.teams[name] = Team.create(code=name, name=f"Jamoa-{name}").id
    for kind in ("own", "team"):
        TeamMember.create(team=world.teams["north"], user=world.people[kind])
    for kind, role in HOLDS.items():
        UserRole.create(user=world.people[kind], role=role)
    owners = [world.people[name] for name in ("own", "team", "ruled", "else")]
    for owner in (None, *owners):
        for team in (None, *world.teams.values()):
            for place, city in enumerate(CITIES):
                _add(world, owner, team, city, archived=place == 1 and team is None)


def _add(world: World, owner: int | None, team: int | None, city: str, archived: bool) -> None:
    number = len(world.rows) + 1
    row = {"owner": owner, "team": team, "city": city, "parent": number // 2 or None}
    record = world.contact.create(name=f"Mijoz {number:03}", reference=f"R{number}", **row)
    if archived:
        record.archive()
    world.rows[record.id] = row
    for kind in ("mobile", "work"):
        line = world.telephone.create(contact=record, kind=kind, number=f"+9989012345{number:02}")
        world.telephones[line.id] = record.id


@contextmanager
def database_of(kind: str, request: Any, folder: Path) -> Iterator[str]:
    """The URL of a migrated database for the tests of one file."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "karvon.db")
        yield f"sqlite:///{folder / 'karvon.db'}"
        close()
        return
    cluster = request.getfixturevalue("postgres_cluster")
    name = f"world_{folder.name.replace('-', '_')}"
    yield cluster.create(name, template=request.getfixturevalue("migrated_postgres"))
    close()
    cluster.drop(name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The company on each database, made once for all tests of a file; none may change it."""
    folder = tmp_path_factory.mktemp("world")
    with database_of(request.param, request, folder) as url:
        instance = open_instance(settings_for(url, folder))
        made = World(instance.registry(), instance.settings)
        made.registry = _with_a_rule(made.registry, made.people)
        with using(made.registry):
            with system("a test fills its company"):
                _fill(made)
            yield made


@contextmanager
def target_at(url: str, folder: Path, addons: dict[str, Path], **options: Any) -> Iterator[Target]:
    """A company under attack, with more addons: {name: the folder that it lies in}."""
    more = ",".join(map(str, [*outside, *addons.values()]))
    instance = open_instance(settings_for(url, folder, KARVON_ADDONS__PATH=more))
    for name in addons:
        lifecycle.enable(instance.found(), name)
    registry = instance.registry()
    assert registry.broken == {}
    made = Target(registry, instance.settings, **options)
    with using(made.registry):
        made.fill()
        yield made
    forget_extensions()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """All addons under attack on each database, made once for all tests of a file."""
    folder = tmp_path_factory.mktemp("target")
    with (
        database_of(request.param, request, folder) as url,
        target_at(url, folder, {"warehouse": WAREHOUSE}) as made,
    ):
        yield made


@pytest.fixture
def undone(world: World) -> Iterator[World]:
    """The company; what the test writes is taken back."""
    with db.atomic() as change:
        yield world
        change.rollback()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of reader in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def site(world: World) -> Site:
    """The pages and the API of the company, which all of its people may visit."""
    made = Site(world.registry, world.settings, world.people)
    for kind in (*HOLDS, "roleless"):
        made.browser(kind)
        made.token(kind)
    return made
