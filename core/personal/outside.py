"""What of an erased person lies where erasing cannot reach: named, so that people look after it."""

from pathlib import Path

from core.data.model import Model
from core.exchange.exports.book import Export
from core.i18n import _
from core.modules.backups import FOLDER
from core.modules.lifecycle import ENABLED, installed
from core.modules.registry import full_name
from core.personal.erasing import Kept


def out_of_reach(var: Path, record: Model) -> list[Kept]:
    """Backups below `var` and elsewhere, addons that are off, and what was exported."""
    folder = var / FOLDER
    backups = len([path for path in folder.iterdir() if path.is_file()]) if folder.is_dir() else 0
    off = [name for name, state in installed().items() if state != ENABLED]
    exports = Export.select().where(Export.model == full_name(type(record))).count()
    found = [
        Kept(
            _("Files that were exported of such records"),
            exports,
            _("They lie with whoever took them: the page of exports names them."),
        ),
        Kept(
            _("Apps that are off: %(names)s", names=", ".join(sorted(off))),
            len(off),
            _("Their tables are not looked into: switch them on first, or purge them."),
        ),
    ]
    kept = Kept(
        _("Backups and archives of addons: those in var/backups, and all that lie elsewhere"),
        backups,
        _("They stay until somebody deletes them; after a restore, erase the person again."),
    )
    return [*(each for each in found if each.count), kept]
