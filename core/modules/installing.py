"""Bring the tables of one addon to what its folder holds, or say what failed."""

import logging

from core.data import batches, migrations
from core.errors import UserError
from core.i18n import _
from core.modules.manifest import Manifest

log = logging.getLogger("karvon.modules")


def install(manifest: Manifest) -> list[str]:
    """Run what is pending of the addon; `UserError` says what failed, which was undone."""
    try:
        ran = migrations.upgrade(manifest.name, manifest.path / "migrations")
    except (Exception, SystemExit) as error:
        log.exception("The migrations of %s failed", manifest.name)
        if (moved := batches.moved(manifest.name)) is not None:
            raise _stopped(manifest, moved, error) from error
        raise UserError(
            _(
                "A migration of %(name)s failed and was undone (%(reason)s): mend it and retry.",
                name=manifest.name,
                reason=f"{type(error).__name__}: {error}",
            )
        ) from error
    return [f"{manifest.name}: {migration}" for migration in ran]


def _stopped(manifest: Manifest, moved: tuple[int, int], error: BaseException) -> UserError:
    done, total = moved
    return UserError(
        _(
            "A migration of %(name)s stopped after %(done)s of %(total)s rows (%(reason)s): mend it"
            " and update again; it goes on from there.",
            name=manifest.name,
            done=done,
            total=total,
            reason=f"{type(error).__name__}: {error}",
        )
    )
