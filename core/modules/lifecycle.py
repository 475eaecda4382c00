"""Install, enable and disable addons. What is disabled keeps every row."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from core.config import ROOT
from core.data import batches, migrations
from core.data.database import after_commit, transaction
from core.data.fields import now
from core.data.migrations import MigrationError
from core.data.prepared import Prepared
from core.data.signals import Signal
from core.errors import KarvonError, UserError
from core.i18n import _
from core.modules.discovery import Found
from core.modules.installing import install
from core.modules.loader import load
from core.modules.manifest import Manifest
from core.modules.models import Addon, Generation
from core.modules.registry import Registry
from core.modules.shipped import bring_data, ships_data
from core.modules.told import tell_addons, tell_core

CORE_MIGRATIONS = ROOT / "core" / "migrations"
AVAILABLE, ENABLED, DISABLED = "available", "enabled", "disabled"
UPDATE_PENDING, QUARANTINED = "update-pending", "quarantined"

# Another set of addons is enabled.
switched = Signal("addons")

_generation = Prepared(lambda: Generation.select(Generation.addons).limit(1))


@dataclass(frozen=True)
class Status:
    """One addon as the Apps page and `addon list --json` show it."""

    name: str
    title: str
    version: str
    state: str
    depends: tuple[str, ...]
    dependents: tuple[str, ...]
    error: str | None
    manifest: Manifest | None
    moved: tuple[int, int] | None = None  # rows of an update that was begun, and all of them


def migrate(found: Found, start: Iterable[str]) -> list[str]:
    """Make or upgrade the tables of the core and of every installed addon; answers what ran.

    A database that has no addon rows yet gets those of `start` enabled ("*": every sound one).
    """
    ran = migrations.upgrade("core", CORE_MIGRATIONS)
    done = [f"core: {name}" for name in ran]
    if not Generation.select().exists():
        Generation.create()
    elif ran:
        tell_core(ran)
    rows = {row.name: row for row in Addon.select()}
    names = list(rows) or _chosen(found, list(start))
    failed: dict[str, str] = {}
    for manifest in found.ordered(names):
        if needed := sorted(set(manifest.needs) & failed.keys()):
            failed[manifest.name] = f"{manifest.name} needs {needed[0]}."
            continue
        try:
            done += install(manifest)
        except UserError as error:
            failed[manifest.name] = str(error)
        else:
            _keep(manifest, rows.get(manifest.name))
    if failed:
        raise KarvonError(" ".join(failed.values()))
    bring_shipped(found, enabled(found))
    return done


def _chosen(found: Found, start: list[str]) -> list[str]:
    """The addons that a new database begins with."""
    names = list(found.manifests) if "*" in start else start
    if unknown := sorted(set(names) - found.manifests.keys()):
        raise KarvonError(
            _(
                "[addons] start names %(unknown)s, which is not there: choose among %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(sorted(found.manifests)),
            )
        )
    return names


def _keep(manifest: Manifest, row: Addon | None) -> None:
    """Note that the tables are those of this version; what is new is switched on."""
    if row is None:
        record(manifest, ENABLED)
    elif row.version != manifest.version:
        with transaction():
            record(manifest, str(row.state))
            tell_addons("upgrade", [manifest.name], [("before", None, row.version)])


def is_migrated() -> bool:
    """Whether the core's own tables are there and up to date."""
    return not migrations.pending("core", CORE_MIGRATIONS)


def generation() -> int:
    """The number that says whether this process serves the current set of addons."""
    return int(_generation()[0][0])


def installed() -> dict[str, str]:
    """The state (enabled or disabled) of every addon that was ever installed, by name."""
    return dict(Addon.select(Addon.name, Addon.state).tuples())


def enabled(found: Found) -> list[str]:
    """The addons to serve: switched on, sound, and of the version that the tables have."""
    rows = Addon.select(Addon.name, Addon.version).where(Addon.state == ENABLED).tuples()
    current = {
        name
        for name, version in rows
        if name in found.manifests and found.manifests[name].version == version
    }
    ready = [m for m in found.ordered(current) if set(found.dependencies(m.name)) <= current]
    return [manifest.name for manifest in ready]


def statuses(found: Found, broken: dict[str, str]) -> list[Status]:
    """Every addon that lies in the folders or was installed once, by title; `broken` names those
    that could not be loaded, with the reason.
    """
    broken = {**found.broken, **broken}
    rows = {row.name: row for row in Addon.select()}
    names = {*found.manifests, *broken, *rows}
    return sorted((_status(found, broken, rows, name) for name in names), key=lambda s: s.title)


def _status(found: Found, broken: dict[str, str], rows: dict[str, Addon], name: str) -> Status:
    manifest = found.manifests.get(name)
    row = rows.get(name)
    error = broken.get(name)
    state = row.state if row else AVAILABLE
    if error is None and manifest is None:
        error = f"The folder of {name} is gone: put it back, or leave the addon off."
    if error is not None:
        state = QUARANTINED
    elif row and manifest and row.version != manifest.version:
        state = UPDATE_PENDING
    on = {other for other, entry in rows.items() if entry.state == ENABLED}
    return Status(
        name=name,
        title=manifest.title if manifest else name,
        version=manifest.version if manifest else row.version if row else "",
        state=state,
        depends=tuple(sorted(manifest.needs)) if manifest else (),
        dependents=tuple(d for d in found.dependents(name) if d in on) if manifest else (),
        error=error,
        manifest=manifest,
        moved=batches.moved(name) if state == UPDATE_PENDING else None,
    )


def enable(found: Found, name: str) -> list[str]:
    """Switch an addon on, and first what it needs; install what never was. Answers what changed.
    Its migrations run before anybody can see it; one that fails leaves the addon as it was.
    """
    require_sound(found, name)
    states = installed()
    wanted = [*found.dependencies(name), name]
    _require_current(found, wanted)
    changed = [needed for needed in wanted if states.get(needed) != ENABLED]
    for needed in changed:
        install(found.manifests[needed])
    try:
        registry = _loaded(found, wanted, states)
        with transaction():
            bring_data(registry, changed)
            for needed in changed:
                record(found.manifests[needed], ENABLED)
            tell_addons("enable", changed)
    except BaseException:
        _take_back(found, [needed for needed in changed if needed not in states])
        raise
    return changed


def disable(found: Found, name: str, with_dependents: bool = False) -> list[str]:
    """Switch an addon off; every row stays. Answers what changed.
    While others need it, `UserError` names them unless `with_dependents` takes them along.
    """
    states = installed()
    if name not in states:
        _require_known(found, name)
        return []
    needing = [other for other in found.dependents(name) if states.get(other) == ENABLED]
    if needing and not with_dependents:
        raise UserError(
            _(
                "%(name)s is needed by %(needing)s: disable them too (--with-dependents).",
                name=name,
                needing=", ".join(needing),
            )
        )
    with transaction():
        changed = [n for n in (*needing, name) if states.get(n) == ENABLED]
        Addon.update(state=DISABLED, changed_at=now()).where(Addon.name.in_(changed)).execute()
        tell_addons("disable", changed)
        next_generation()
    return changed


def _require_current(found: Found, names: list[str]) -> None:
    """Raise `UserError` for an addon whose folder holds another version than its tables."""
    rows = Addon.select(Addon.name, Addon.version).where(Addon.name.in_(names)).tuples()
    for name, version in sorted(rows):
        if found.manifests[name].version != version:
            raise UserError(
                _(
                    "%(name)s waits for its update: run `python3 run.py migrate`, or update it on"
                    " the Apps page; then enable it.",
                    name=name,
                )
            )


def _require_known(found: Found, name: str) -> None:
    if name not in found.manifests and name not in found.broken:
        raise UserError(
            _("There is no addon %(name)s: `addon list` names those there are.", name=name)
        )


def require_sound(found: Found, name: str) -> None:
    """Raise `UserError` unless there is an addon of this name that can be used."""
    _require_known(found, name)
    if name in found.broken:
        raise UserError(
            _("%(name)s is quarantined: %(reason)s", name=name, reason=found.broken[name])
        )


def _loaded(found: Found, wanted: list[str], states: dict[str, str]) -> Registry:
    """The addons as they are served once these are on; `UserError` when one could not be."""
    on = {*enabled(found), *wanted}
    registry = load(found, {*states, *on}, on, tables=migrations.tables())
    for name in wanted:
        if name in registry.broken:
            raise UserError(
                _(
                    "%(name)s cannot be loaded: %(reason)s. Mend it and try again.",
                    name=name,
                    reason=registry.broken[name].rstrip(".?!"),
                )
            )
    return registry


def _take_back(found: Found, names: list[str]) -> None:
    """Undo the tables of addons that were never installed before."""
    for name in reversed(names):
        with suppress(MigrationError):
            migrations.downgrade(name, found.manifests[name].path / "migrations")


def bring_shipped(found: Found, names: Iterable[str]) -> None:
    """Bring the records that these installed addons ship to what their files say."""
    shipping = [n for n in names if n in found.manifests and ships_data(found.manifests[n])]
    if shipping:
        on = {*enabled(found), *shipping}
        bring_data(load(found, {*installed(), *on}, on, tables=migrations.tables()), shipping)


def record(manifest: Manifest, state: str) -> None:
    values = {"state": state, "version": manifest.version, "changed_at": now()}
    with transaction():
        if not Addon.update(**values).where(Addon.name == manifest.name).execute():
            Addon.create(name=manifest.name, **values)
        next_generation()


def next_generation() -> None:
    """Let every process build anew with its next request."""
    Generation.update(addons=Generation.addons + 1).execute()
    after_commit(switched.give)
