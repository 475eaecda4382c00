"""One running instance: its settings, its database, its addons, and the apps built of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from core.access.sealing import use_keys
from core.background.files.store import use_store
from core.background.mail.server import use_mail
from core.background.reachable import use_http
from core.config import Settings
from core.data import migrations
from core.data.actor import system
from core.data.database import bind, open_database
from core.data.heads import keep_heads_in
from core.data.redis import use_redis
from core.errors import KarvonError
from core.exchange.given import read_given
from core.i18n import _, speak_by_default
from core.modules import lifecycle, updates
from core.modules.columns import keep_columns_in
from core.modules.discovery import Found, discover
from core.modules.loader import load
from core.modules.registry import Registry, using
from core.modules.settings import use_given
from core.modules.switch import Switch
from core.web.app import KERNEL, create_app, open_door


@dataclass(frozen=True)
class Instance:
    """What `settings` name. Its database is bound to the process; nothing is connected yet."""

    settings: Settings

    def found(self) -> Found:
        """The addons that lie in the folders now."""
        return discover(self.settings.addons.path)

    def require_migrated(self) -> None:
        if not lifecycle.is_migrated():
            raise KarvonError(
                _("The database is not up to date: run `python3 run.py migrate` first.")
            )

    def migrate(self) -> list[str]:
        """Make or upgrade the tables, after a backup of what stands; answers what ran."""
        found = self.found()
        updates.back_up_before_migrate(found, self.settings.paths.var)
        return lifecycle.migrate(found, self.settings.addons.start)

    def registry(self) -> Registry:
        """The addons that the database names as enabled, loaded."""
        found = self.found()
        registry = load(
            found, lifecycle.installed(), lifecycle.enabled(found), KERNEL, migrations.tables()
        )
        known = {*found.manifests, *found.broken}
        use_given(read_given(registry, known, self.settings.given))
        return registry

    def build(self) -> Flask:
        """The app for the set of addons that is enabled now."""
        return create_app(self.registry(), self.settings)

    def switch(self) -> Switch:
        """The WSGI app that builds anew when the set changes; a server has `Entrance` before."""
        return Switch(self.build)

    @contextmanager
    def acting(self, reason: str) -> Iterator[Registry]:
        """Work as the system on the migrated database, with the enabled addons: for verbs."""
        self.require_migrated()
        with using(self.registry()) as registry, system(reason):
            yield registry


def open_instance(settings: Settings) -> Instance:
    """Bind the database of `settings` to the process and let access stand before every query."""
    bind(open_database(settings.database.url, settings.database.pool))
    use_redis(settings)
    open_door()
    use_store(settings)
    use_mail(settings.mail, settings.server.base_url)
    use_http(settings.http)
    use_keys(settings.paths.var)
    keep_columns_in(settings.paths.var)
    keep_heads_in(settings.paths.var)
    speak_by_default(settings.locale.language, settings.locale.zone)
    return Instance(settings)
