"""Say what would go wrong with an addon later: what its author can mend before anybody meets it."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from core.access.lines import part_of
from core.catalogues import faults, missing
from core.config import ROOT
from core.errors import KarvonError
from core.modules.discovery import PACKAGE, Found
from core.modules.loader import load
from core.modules.manifest import Manifest
from core.modules.registry import Registry, addon_of

PROMISED = "core.api"
OURS = ROOT / "addons"
# What an addon may import of an addon that it depends on.
SHARED = ("models", "events", "permissions")


Look = Callable[[Registry, Manifest], Iterable[str]]


def check_addon(found: Found, name: str, kernel: Iterable[str], look: Look) -> list[str]:
    """The faults of one addon, a sentence each: its manifest, its imports, whether its code loads,
    records that nobody may see, what `look` finds in its declarations, faults of translations, and
    of an addon in the tree what a language lacks. `kernel` are the core's own modules.
    """
    if name not in found.manifests:
        return [found.broken.get(name) or f"There is no addon {name} in that folder."]
    manifest = found.manifests[name]
    imports = list(_foreign_imports(manifest))
    wanted = [*found.dependencies(name), name]
    try:
        registry = load(found, wanted, wanted, kernel)
    except KarvonError as error:
        return [*imports, f"{name}: {error}"]
    if name in registry.broken:
        return [*imports, f"{name} cannot be loaded: {registry.broken[name]}"]
    looked = look(registry, manifest)
    unsaid = _unsaid(manifest) if manifest.path.parent == OURS else []
    return [*imports, *_unreachable(registry, name), *looked, *_misspelt(manifest), *unsaid]


def untranslated(found: Found, names: Iterable[str]) -> list[str]:
    """What languages lack of addons that others made: theirs to decide, so said and no fault."""
    others = [found.manifests[name] for name in names if name in found.manifests]
    return [said for each in others if each.path.parent != OURS for said in _unsaid(each)]


def checked(found: Found, names: Iterable[str], kernel: Iterable[str]) -> Registry:
    """The sound ones of these addons and what they need, loaded."""
    sound = [name for name in names if name in found.manifests]
    wanted = {each for name in sound for each in (*found.dependencies(name), name)}
    return load(found, wanted, wanted, kernel)


def _foreign_imports(manifest: Manifest) -> Iterator[str]:
    for file in sorted(manifest.path.rglob("*.py")):
        place = file.relative_to(manifest.path)
        neighbours = set(manifest.needs)
        if place.stem.startswith("with_"):
            neighbours.add(place.stem.removeprefix("with_"))
        if place.parts[0] == "tests":
            continue
        for module in _imported(file):
            if not _is_allowed(module, manifest.name, neighbours):
                yield (
                    f"{manifest.name}/{place.as_posix()} imports {module}: take it from core.api,"
                    " or from the models, events or permissions of an addon named in depends."
                )


def _imported(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    except (SyntaxError, UnicodeDecodeError):
        return  # loading the addon says it
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def _is_allowed(module: str, own: str, neighbours: set[str]) -> bool:
    room, *path = module.split(".")
    if room == "core":
        return module == PROMISED
    if room == PACKAGE and path:
        return path[0] == own or (path[0] in neighbours and path[1:2] in ([s] for s in SHARED))
    return True


def _unreachable(registry: Registry, name: str) -> Iterator[str]:
    granted = {line.model for line in registry.access}
    for model in registry.models:
        if addon_of(model) == name and model not in granted and not part_of(model):
            yield f"{name}: no Access line grants anything on {model.__name__}: nobody may see it."


def _misspelt(manifest: Manifest) -> Iterator[str]:
    try:
        missing(manifest.path)
        yield from faults(manifest.path)
    except KarvonError as error:
        yield str(error)


def _unsaid(manifest: Manifest) -> Iterator[str]:
    try:
        lacking = missing(manifest.path)
    except KarvonError:
        return  # `_misspelt` says it
    for language, texts in lacking.items():
        yield (
            f"{manifest.name}: {len(texts)} texts are not translated into {language}, the first is"
            f" “{texts[0]}”: run `python3 run.py addon translate {manifest.name}` and fill them in."
        )
