"""Find addons: in addons/, in the folders of [addons] path, in installed distributions."""

import importlib
import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from core.config import ROOT
from core.errors import ManifestError
from core.modules.manifest import FILE, Manifest, read_manifest

PACKAGE = "addons"
ENTRY_POINTS = "karvon.addons"


@dataclass
class Found:
    """What lies in the folders: sound manifests by name, what is wrong with the others, and, a
    sentence each, which folders are passed over.
    """

    manifests: dict[str, Manifest] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    def ordered(self, names: Iterable[str]) -> list[Manifest]:
        """`names` so that each comes after all it depends on. The order depends on nothing but
        the manifests; unknown and broken names are left out.
        """
        chosen = {name: self.manifests[name] for name in names if name in self.manifests}
        graph = {name: sorted(set(chosen[name].needs) & chosen.keys()) for name in sorted(chosen)}
        return [chosen[name] for name in TopologicalSorter(graph).static_order()]

    def dependents(self, name: str) -> list[str]:
        """The addons that need `name`, directly or through others, by name."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            needed = waiting.pop()
            users = {m.name for m in self.manifests.values() if needed in m.needs} - found
            found |= users
            waiting += users
        return sorted(found)

    def dependencies(self, name: str) -> list[str]:
        """The addons that `name` needs, directly or through others, each after its own needs."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            needs = set(self.manifests[waiting.pop()].needs) - found
            found |= needs
            waiting += needs
        return [manifest.name for manifest in self.ordered(found)]


def discover(folders: Iterable[Path] = ()) -> Found:
    """Read every manifest, and make the addons importable as `addons.<name>`."""
    found = Found()
    for folder in _folders(folders):
        for path in sorted(folder.glob(f"*/{FILE}")):
            _take(found, path.parent)
    _quarantine_unmet(found)
    return found


def _folders(extra: Iterable[Path]) -> list[Path]:
    package = importlib.import_module(PACKAGE)
    folders = [ROOT / PACKAGE, *extra, *_installed()]
    for folder in folders:
        if str(folder) not in package.__path__:
            package.__path__.append(str(folder))
    return list(dict.fromkeys(folders))


def _installed() -> tuple[Path, ...]:
    """The folders that hold addons of installed distributions: entry points such as
    `helpdesk = "addons.helpdesk"`, whose distribution ships `addons/helpdesk/`.
    """
    return _installed_in(tuple(_distributions()))


@lru_cache(maxsize=1)
def _installed_in(_distributions: tuple[tuple[str, int], ...]) -> tuple[Path, ...]:
    # All of them are read for it, which is a fifth of the time that an app takes to be made.
    folders = []
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        if entry.dist is not None:
            file = Path(str(entry.dist.locate_file(f"{PACKAGE}/{entry.name}/{FILE}")))
            folders.append(file.parent.parent)
    return tuple(folders)


def _distributions() -> Iterator[tuple[str, int]]:
    """Where Python looks, and the descriptions of distributions there with when they changed."""
    for place in sys.path:
        yield place, 0
        try:
            with os.scandir(place or os.curdir) as entries:
                for entry in entries:
                    if entry.name.endswith((".dist-info", ".egg-info")):
                        yield entry.path, entry.stat().st_mtime_ns
        except OSError:
            continue  # it is none of the folders that exist


def _take(found: Found, folder: Path) -> None:
    name = folder.name
    if name in found.manifests or name in found.broken:
        # The one that came first goes on: a folder more must not switch off what works.
        found.unused.append(f"{folder} is not used: there is an addon {name} already.")
        return
    try:
        found.manifests[name] = read_manifest(folder)
    except ManifestError as error:
        found.broken[name] = str(error)


def _quarantine_unmet(found: Found) -> None:
    """Set aside whatever depends on what is missing, broken, too old or on itself."""
    changed = True
    while changed:
        changed = False
        for manifest in list(found.manifests.values()):
            if manifest.name not in found.broken and (problem := _unmet(found, manifest)):
                found.broken[manifest.name] = problem
                changed = True
        for name in found.broken:
            found.manifests.pop(name, None)
    _quarantine_cycles(found)


def _unmet(found: Found, manifest: Manifest) -> str:
    for name, versions in sorted(manifest.needs.items()):
        if name not in found.manifests or name in found.broken:
            state = "quarantined" if name in found.broken else "missing"
            return f"{manifest.name} depends on {name}, which is {state}."
        if not versions.contains(found.manifests[name].version, prereleases=True):
            have = found.manifests[name].version
            return f"{manifest.name} depends on {name}{versions}, but {name} is {have}."
    return ""


def _quarantine_cycles(found: Found) -> None:
    while True:
        graph = {name: sorted(found.manifests[name].needs) for name in sorted(found.manifests)}
        try:
            list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = error.args[1]
            for name in set(circle):
                found.broken[name] = f"The addons {' → '.join(circle)} depend in a circle."
                found.manifests.pop(name)
            _quarantine_unmet(found)
        else:
            return
