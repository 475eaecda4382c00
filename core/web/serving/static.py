"""Files for the browser: our own, the addons', and the packages that set-up collected."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory

from core.config import ROOT
from core.modules.registry import Registry
from core.web.requests import YEAR

OWN = ROOT / "core" / "web" / "static"
PACKAGES = ROOT / ".assets"


def version_of(folder: Path) -> str:
    """A word that changes with the files in the folder, so that browsers may keep them a year."""
    sums = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            sums.update(file.name.encode() + file.read_bytes())
    return sums.hexdigest()[:12]


@cache
def static_version() -> str:
    """The version of our own files."""
    return version_of(OWN)


@cache
def assets_version() -> str:
    """A word that changes when set-up collects other packages."""
    stamp = PACKAGES / "stamp"
    return hashlib.sha256(stamp.read_bytes() if stamp.exists() else b"").hexdigest()[:12]


class AddonFiles:
    """The files of the enabled addons, at /static/<addon>@<version>/…: the version stands before
    what follows, so that a module which imports its neighbour gets that of the same version.
    """

    def __init__(self, registry: Registry) -> None:
        self.folders = {n: manifest.path / "static" / n for n, manifest in registry.addons.items()}
        self.versions = {name: version_of(folder) for name, folder in self.folders.items()}

    def url(self, name: str) -> str:
        """Where the browser finds `warehouse/scan.js`."""
        addon, _, rest = name.partition("/")
        return f"/static/{addon}@{self.versions.get(addon, '')}/{rest}"

    def send(self, place: str, rest: str) -> Response | None:
        """What lies there, to be kept for a year under its own version; None: not an addon's."""
        addon, _, version = place.partition("@")
        if addon not in self.folders or not rest:
            return None
        age = YEAR if version == self.versions[addon] else 0
        return send_from_directory(self.folders[addon], rest, max_age=age)


def add_static(app: Flask, registry: Registry) -> None:
    files = AddonFiles(registry)
    app.extensions["addon_files"] = files

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        place, _, rest = name.partition("/")
        # A module that another one imports comes without a version: it is asked for anew.
        age = YEAR if "v" in request.args else 0
        return files.send(place, rest) or send_from_directory(OWN, name, max_age=age)

    @app.get("/assets/<path:name>")
    def assets(name: str) -> Response:
        if not (PACKAGES / name.partition("/")[0]).exists():
            abort(404)
        return send_from_directory(PACKAGES, name, max_age=YEAR)

    app.config["PUBLIC_ENDPOINTS"] = {"static", "assets"}
