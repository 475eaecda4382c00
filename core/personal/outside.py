"""What of an erased person lies where erasing cannot reach: named, so that people look after it."""

from pathlib import Path

from core.i18n import _
from core.modules.backups import FOLDER
from core.modules.lifecycle import ENABLED, installed
from core.personal.erasing import Kept


def out_of_reach(var: Path) -> list[Kept]:
    """Backups below `var`, addons that are off, and what left the instance."""
    folder = var / FOLDER
    backups = len([path for path in folder.iterdir() if path.is_file()]) if folder.is_dir() else 0
    off = [name for name, state in installed().items() if state != ENABLED]
    found = [
        Kept(
            _("Backups and archives of addons in var/backups"),
            backups,
            _("They stay until somebody deletes them; after a restore, erase the person again."),
        ),
        Kept(
            _("Apps that are off: %(names)s", names=", ".join(sorted(off))),
            len(off),
            _("Their tables are not looked into: switch them on first, or purge them."),
        ),
    ]
    return [each for each in found if each.count]
