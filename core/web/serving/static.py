"""Files for the browser: our own, the addons', and the packages that set-up collected."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory

from core.config import ROOT
from core.modules.registry import Registry
from core.web.requests import YEAR

OWN = ROOT / "core" / "web" / "static"
PACKAGES = ROOT / ".assets"


@cache
def static_version() -> str:
    """A word that changes with our own files, so that browsers may keep them for a year."""
    sums = hashlib.sha256()
    for file in sorted(OWN.rglob("*")):
        if file.is_file():
            sums.update(file.name.encode() + file.read_bytes())
    return sums.hexdigest()[:12]


@cache
def assets_version() -> str:
    """A word that changes when set-up collects other packages."""
    stamp = PACKAGES / "stamp"
    return hashlib.sha256(stamp.read_bytes() if stamp.exists() else b"").hexdigest()[:12]


def add_static(app: Flask, registry: Registry) -> None:
    folders = {name: manifest.path / "static" / name for name, manifest in registry.addons.items()}

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        addon, _, rest = name.partition("/")
        if addon in folders and rest:
            return send_from_directory(folders[addon], rest, max_age=YEAR)
        return send_from_directory(OWN, name, max_age=YEAR)

    @app.get("/assets/<path:name>")
    def assets(name: str) -> Response:
        if not (PACKAGES / Path(name).parts[0]).exists():
            abort(404)
        return send_from_directory(PACKAGES, name, max_age=YEAR)

    app.config["PUBLIC_ENDPOINTS"] = {"static", "assets"}
