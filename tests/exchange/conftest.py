"""What the tests of import share: a folder with files of their own, and a look at all tables."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from peewee import fn

from core.exchange.importing import Outcome, import_file, import_plan
from core.modules.registry import Registry

HEADER = b"id,name,phone\n"
MAP = """
[fields]
reference = { column = "id", format = "c-{}" }
name = "name"

[parts]
telephones = [{ number = "phone", kind = { constant = "work" } }]
"""


def tables(registry: Registry) -> dict[str, tuple[Any, ...]]:
    """Of each table the number of rows, the highest id and the sum of the versions."""
    found = {}
    for model in registry.models:
        query = model.select(fn.COUNT(model.id), fn.MAX(model.id), fn.SUM(model.version))
        count, highest, versions = query.tuples().get()
        found[model._meta.table_name] = (count, highest, versions and int(versions))
    return found


@dataclass
class Files:
    """Writes files and imports them; each `refused…` also proves that no table has changed."""

    folder: Path
    registry: Registry

    def write(self, name: str, data: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def by_map(self, data: bytes | str, map: str = MAP, **options: Any) -> Outcome:
        file = self.write("contacts.csv", data)
        map_file = self.write("map.toml", map)
        return import_file("contacts.contact", file, map_file, **options)

    def plain(self, data: bytes | str, model: str = "contacts.contact", **options: Any) -> Outcome:
        return import_file(model, self.write("contacts.csv", data), **options)

    def by_plan(self, plan: bytes | str, **options: Any) -> Outcome:
        return import_plan(self.write("plan.toml", plan), self.folder, **options)

    def refused(self, how: Callable[..., Outcome], *words: Any) -> list[str]:
        """The sentences with which an import ends that must leave everything as it was."""
        before = tables(self.registry)
        outcome = how(*words)
        assert outcome.problems
        assert not outcome.is_kept
        assert tables(self.registry) == before
        return [str(problem) for problem in outcome.problems.shown]


@pytest.fixture
def files(working: Registry, tmp_path: Path) -> Files:
    folder = tmp_path / "files"
    folder.mkdir()
    return Files(folder, working)


@pytest.fixture
def contact(working: Registry) -> Any:
    return working.model("contacts.contact")
