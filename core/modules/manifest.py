"""Read what an addon says of itself, without running any of its code."""

import importlib.metadata
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from core.errors import ManifestError, ended

API_VERSION = Version("1.0")
FILE = "manifest.toml"
# Addresses and packages of the core: an addon of that name would stand in their way.
RESERVED = frozenset(
    [
        "access",
        "account",
        "addons",
        "api",
        "apps",
        "assets",
        "core",
        "custom",
        "exports",
        "forgot",
        "healthz",
        "history",
        "jobs",
        "language",
        "link",
        "live",
        "login",
        "logout",
        "metrics",
        "my",
        "none",
        "notices",
        "readyz",
        "retention",
        "roles",
        "settings",
        "setup",
        "static",
        "users",
        "webhooks",
    ]
)
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
LISTS = ("depends", "requires")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The content of manifest.toml; `name` is always the folder's name.

    `depends` are addons, `requires` Python packages, both with an optional version
    ("sales>=1.2"); `karvon` is the range of `core.api` that the addon was written for.
    """

    name: str
    path: Path
    title: str
    version: str
    summary: str = ""
    karvon: str = ">=1,<2"
    depends: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    category: str = ""
    icon: str = "box"
    author: str = ""
    license: str = ""
    url: str = ""

    @property
    def needs(self) -> dict[str, SpecifierSet]:
        """The addons it depends on, each with the versions that will do."""
        requirements = map(Requirement, self.depends)
        return {requirement.name: requirement.specifier for requirement in requirements}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the addon in `folder`; `ManifestError` says what to change in the file."""
    file = f"{folder.name}/{FILE}"
    try:
        data = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{file} cannot be read: {ended(str(error))}") from error
    _check_shape(file, folder.name, data)
    for name in LISTS:
        data[name] = tuple(data.get(name, ()))
    manifest = Manifest(name=folder.name, path=folder, **data)
    _check_versions(file, manifest)
    return manifest


def _check_shape(file: str, name: str, data: dict[str, Any]) -> None:
    known = {field.name for field in fields(Manifest)} - {"name", "path"}
    if unknown := sorted(data.keys() - known):
        raise ManifestError(
            f"{file}: unknown key {', '.join(unknown)}; the keys are {', '.join(sorted(known))}."
        )
    if missing := sorted({"title", "version"} - data.keys()):
        raise ManifestError(f"{file}: {' and '.join(missing)} must be given.")
    for key, value in data.items():
        if key in LISTS:
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            fits = isinstance(value, str)
        if not fits:
            kind = "a list of texts" if key in LISTS else "a text"
            raise ManifestError(f"{file}: {key} must be {kind}.")
    if name in RESERVED:
        raise ManifestError(f"{name}: the core goes by this name; give the folder another.")
    if not NAME.fullmatch(name):
        raise ManifestError(f"{name}: call the folder by small letters, digits and _ only.")


def _check_versions(file: str, manifest: Manifest) -> None:
    try:
        Version(manifest.version)
        fits = API_VERSION in SpecifierSet(manifest.karvon)
        manifest.needs  # noqa: B018 - reading it checks the requirements
        required = [Requirement(text) for text in manifest.requires]
    except (InvalidVersion, InvalidSpecifier, InvalidRequirement) as error:
        raise ManifestError(f"{file}: {ended(str(error))}") from error
    if not fits:
        raise ManifestError(
            f"{file}: written for core.api {manifest.karvon}, this is {API_VERSION}:"
            " take a version of the addon that fits."
        )
    for requirement in required:
        _check_package(file, requirement)


def _check_package(file: str, requirement: Requirement) -> None:
    try:
        found = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        found = ""
    if not found or not requirement.specifier.contains(found, prereleases=True):
        raise ManifestError(f"{file}: needs the Python package {requirement}; install it.")
