"""Open the instance that the words before a verb name, and turn its troubles into a sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from core.cli.main import Options
from core.config import Settings, load_settings
from core.data.database import close
from core.errors import KarvonError
from core.i18n import _, speaking, use_catalogues
from core.modules.discovery import discover
from core.web.instance import Instance, open_instance

# What a database raises that cannot read itself; more special errors are mistakes of ours.
DAMAGED = (peewee.DatabaseError, peewee.InternalError)


@contextmanager
def opened(options: Options, settings: Settings | None = None) -> Iterator[Instance]:
    """The instance of `options`, or of `settings`; its connections are closed at the end.

    Raises `KarvonError` when its database cannot be reached.
    """
    # A broken addon is told of by the verbs themselves; its traceback belongs to the server's log.
    logging.getLogger("karvon").addHandler(logging.NullHandler())
    settings = settings or load_settings(options.config)
    addons = discover(settings.addons.path).manifests.values()
    use_catalogues(manifest.path / "i18n" for manifest in addons)
    with speaking(options.language, settings.locale.zone):
        try:
            yield open_instance(settings)
        except (peewee.OperationalError, peewee.InterfaceError) as error:
            reason = " ".join(str(error).split())
            raise KarvonError(
                _(
                    "The database cannot be used (%(reason)s):"
                    " start it, or correct [database] url.",
                    reason=reason,
                )
            ) from error
        except peewee.DatabaseError as error:
            if type(error) not in DAMAGED:
                raise
            raise KarvonError(
                _(
                    "The database is damaged (%(reason)s): put it aside and restore the last"
                    " backup into an empty one.",
                    reason=" ".join(str(error).split()),
                )
            ) from error
        finally:
            close()
