"""Addons that a test writes for itself, in a folder of its own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from core.data.model import Model

_numbers = count(1)

MANIFEST = 'title = "{name}"\nversion = "1.0"\n'


@pytest.fixture
def addon_folder(tmp_path: Path) -> Path:
    """An empty folder for addons, to be named by [addons] path."""
    folder = tmp_path / "more_addons"
    folder.mkdir()
    return folder


@pytest.fixture
def write_addon(addon_folder: Path) -> Iterator[Callable[..., str]]:
    """Make `write_addon("shop", models="…")`: an addon whose files hold the given texts.

    Answers its name, which gets a number, because a module is imported once in a process. In the
    texts `{name}` stands for it; `depends` is a tuple of names.
    """

    def write(word: str, manifest: str = "", depends: tuple[str, ...] = (), **files: str) -> str:
        name = f"{word}{next(_numbers)}"
        folder = addon_folder / name
        (folder / "migrations").mkdir(parents=True)
        needs = ", ".join(f'"{one}"' for one in depends)
        text = (manifest or MANIFEST).replace("{name}", name) + f"depends = [{needs}]\n"
        (folder / "manifest.toml").write_text(text, encoding="utf-8")
        (folder / "__init__.py").write_text("")
        for file, code in files.items():
            path = folder / ("migrations/0001_initial.py" if file == "migration" else f"{file}.py")
            path.write_text(code.replace("{name}", name), encoding="utf-8")
        return name

    yield write
    forget_extensions()


def forget_extensions(model: type[Model] = Model) -> None:
    """Take the columns of scratch addons off again: the next database does not have them."""
    for name, field in list(model._meta.fields.items()):
        if hasattr(field, "extension"):
            model._meta.remove_field(name)
    for child in model.__subclasses__():
        forget_extensions(child)
