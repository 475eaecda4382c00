"""Whose rules stand: nobody's outside an actor, never wider in threads, generators and nests."""

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.config import ROOT
from core.data.actor import Actor, acting_as, current_actor, system
from core.errors import KarvonError, NoActor
from core.modules.registry import using

ACTORS = {"acting_as", "system", "ruled_by", "using"}


def ids(model):
    return {record.id for record in model.select()}


@pytest.mark.requirement("S27")
def test_every_kind_of_query_needs_an_actor(world):
    model = world.contact
    for query in (
        lambda: list(model.select()),
        lambda: model.select().count(),
        lambda: model.get_or_none(model.id == 1),
        lambda: list(model.alias().select()),
        lambda: list(world.telephone.select().join(model)),
        lambda: model.update(note="x").execute(),
        lambda: model.delete().execute(),
        lambda: model.insert(name="x").execute(),
        lambda: model.create(name="x"),
        lambda: model.create_many([{"name": "x"}]),
        lambda: model.upsert([{"reference": "R1", "name": "x"}], by="reference"),
        lambda: model.select().exists(),
        lambda: model.select().sql(),
    ):
        with pytest.raises(NoActor):
            query()


def test_a_new_thread_has_no_actor(world):
    with world.acting("all"), ThreadPoolExecutor(1) as pool, pytest.raises(NoActor):
        pool.submit(lambda: ids(world.contact)).result()


def test_an_actor_without_addons_reaches_nothing(world):
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with acting_as(Actor(id=1, roles=frozenset({"contacts.manager"}))):
                assert ids(world.contact) == set()
        except KarvonError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failures == [] or isinstance(failures[0], KarvonError)


def test_two_threads_do_not_lend_each_other_their_reach(world):
    met = threading.Barrier(2)

    def look(kind: str) -> bool:
        with using(world.registry), world.acting(kind):
            same = True
            for _ in range(10):
                met.wait(10)
                same = same and ids(world.contact) == world.reach(kind)
        return same

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(look, ["own", "all"])) == [True, True]


@pytest.mark.requirement("S27")
def test_a_query_built_for_one_runs_under_the_rules_of_who_runs_it(world):
    with world.acting("all"):
        query = world.contact.select()
        lines = world.telephone.select().join(world.contact)
    with world.acting("own"):
        assert {record.id for record in query} == world.reach("own")
        assert {line.contact_id for line in lines} == world.reach("own")
    with pytest.raises(NoActor):
        list(world.contact.select().where(world.contact.id > 0))


def test_a_generator_that_outlives_its_actor_runs_under_the_next_or_nobody(world):
    def rows():
        for record in world.contact.select():
            yield record.id

    with world.acting("all"):
        late, later = rows(), rows()
    with world.acting("own"):
        assert set(late) == world.reach("own")
    with pytest.raises(NoActor):
        next(later)


def test_a_kept_query_does_not_show_the_rows_of_its_first_reader(world):
    kept = world.contact.select()
    with world.acting("all"):
        assert {record.id for record in kept} == world.reach("all")
        assert len(kept) == len(world.reach("all"))
    with world.acting("own"):
        assert {record.id for record in kept} == world.reach("own")
        assert len(kept) == len(world.reach("own"))
        assert kept[0].id in world.reach("own")
    with pytest.raises(NoActor):
        list(kept)


def test_a_kept_union_does_not_show_the_rows_of_its_first_reader(world):
    kept = world.contact.select() | world.contact.alias().select()
    for kind in ("all", "own", "all", "roleless"):
        with world.acting(kind):
            assert {record.id for record in kept} == world.reach(kind)


def test_nested_actors_come_and_go_in_order(world):
    with world.acting("own"):
        with system("a test"):
            assert ids(world.contact) == set(world.rows)
            with world.acting("team"):
                assert ids(world.contact) == world.reach("team")
            assert ids(world.contact) == set(world.rows)
        assert ids(world.contact) == world.reach("own")
        with pytest.raises(ZeroDivisionError), system("a test that breaks"):
            _ = 1 / 0
        assert ids(world.contact) == world.reach("own")
    with pytest.raises(NoActor):
        current_actor()


def test_roles_given_or_taken_change_the_reach_at_once(world):
    actor = world.actor("own")
    for _ in range(2):
        with acting_as(actor):
            assert ids(world.contact) == world.reach("own")
        with acting_as(Actor(id=actor.id, roles=frozenset({"admin"}))):
            assert ids(world.contact) == set(world.rows)
        with acting_as(Actor(id=actor.id, roles=frozenset())):
            assert ids(world.contact) == set()
        wider = Actor(id=actor.id, roles=actor.roles | {"contacts.user"}, teams=actor.teams)
        with acting_as(wider):
            reach = world.reach("own") | {
                id for id, row in world.rows.items() if row["team"] == world.teams["north"]
            }
            assert ids(world.contact) == reach


def test_the_roles_of_an_addon_that_is_off_mean_nothing(world):
    core = {name: tuple(x for x in getattr(world.registry, name) if not _is_of_contacts(x))
            for name in ("roles", "access", "rules")}  # fmt: skip
    with using(replace(world.registry, **core)), world.acting("all"):
        assert ids(world.contact) == set()


def _is_of_contacts(declared):
    role = getattr(declared, "role", declared)
    return role.name.startswith(("contacts.", "attack."))


def test_no_generator_of_ours_stops_inside_an_actor(world):
    """Between two values its reader would go on as the actor of the generator."""
    product = [p for room in ("core", "addons") for p in (ROOT / room).rglob("*.py")]
    assert [found for path in product for found in _yields_inside_an_actor(path)] == []


def _yields_inside_an_actor(path: Path) -> list[str]:
    found = []
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef) or "tests" in path.parts:
            continue
        marks = {ast.unparse(mark).split("(")[0] for mark in function.decorator_list}
        if marks & {"contextmanager", "pytest.fixture"}:
            continue
        for block in ast.walk(function):
            if isinstance(block, ast.With) and _enters_an_actor(block):
                inner = [node for node in ast.walk(block) if isinstance(node, ast.Yield)]
                found += [f"{path.name}:{node.lineno}" for node in inner]
    return found


def _enters_an_actor(block: ast.With) -> bool:
    called = [item.context_expr for item in block.items]
    return any(
        isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ACTORS
        for call in called
    )
