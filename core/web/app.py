"""Put one app together for one set of enabled addons."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask, g
from flask_admin import Admin
from jinja2 import ChoiceLoader, FileSystemLoader
from peewee import Model as PeeweeModel
from werkzeug.middleware.proxy_fix import ProxyFix

from core.access.guards import guard, proof
from core.access.models import RoleField
from core.access.policy import current_policy
from core.attached.following import tell_followers
from core.attached.leaving import take_along
from core.config import ROOT, Settings
from core.data.door import door
from core.data.history import Change
from core.exchange.webhooks.subscribed import tell_webhooks, tell_webhooks_of
from core.i18n import current_language, ngettext, pgettext, said, use_catalogues
from core.modules.composed import renew_roles
from core.modules.composing import guard_composed
from core.modules.discovery import discover
from core.modules.events import outlets, tell_listeners
from core.modules.registry import Registry, current_registry, using
from core.web.access.page import add_access
from core.web.account.routes import add_account
from core.web.addon_settings import add_addon_settings
from core.web.api.buttons import add_buttons_api
from core.web.api.endpoints import add_endpoints
from core.web.api.routes import add_api
from core.web.apps import add_apps
from core.web.compiled import compiled
from core.web.demo import add_demo
from core.web.described import offered_roles
from core.web.errors import add_errors
from core.web.exports import add_exports
from core.web.extensions import extend_view
from core.web.fresh import require_proof
from core.web.history.pages import add_history
from core.web.home import HomeView
from core.web.jobs import add_jobs
from core.web.links import add_links
from core.web.live.stream import add_live
from core.web.notices import add_notices
from core.web.pages import add_pages
from core.web.purging import add_purging
from core.web.requests import open_requests
from core.web.retention import add_retention
from core.web.roles.pages import add_roles
from core.web.rules import LateRule
from core.web.security import protect
from core.web.serving.health import add_health
from core.web.serving.icons import icon
from core.web.serving.metrics import add_metrics
from core.web.serving.static import add_static, assets_version, static_version
from core.web.shell import add_shell
from core.web.slots import slot
from core.web.users.routes import add_users
from core.web.webhooks.incoming import add_incoming
from core.web.webhooks.pages import add_webhooks

KERNEL = (
    "core.attached.leaving",
    "core.background.jobs.sweeping",
    "core.background.sealing",
    "core.access.models",
    "core.access.permissions",
    "core.modules.composed",
    "core.background.kinds",
    "core.background.standing_in",
    "core.background.links",
    "core.background.mail.sending",
    "core.background.notices",
    "core.attached.fetching",
    "core.exchange.uploads.jobs",
    "core.exchange.bulk.jobs",
    "core.exchange.webhooks.delivering",
    "core.exchange.departing",
    "core.personal.hooks",
    "core.personal.erasing",
    "core.personal.handing",
    "core.personal.nightly",
    "core.web.screens",
)


def open_door() -> None:
    """Let policy, search index and listeners of the current registry stand behind every query."""
    door.reach = lambda model, actor, action: current_policy().reach(model, actor, action)
    door.touched = lambda model, ids: current_registry().search.touched(model, ids)
    door.leaving = lambda model, ids: current_registry().search.leaving(model, ids)
    door.told = tell
    outlets.told = tell_webhooks_of
    proof.ask = require_proof
    RoleField.offered = staticmethod(offered_roles)


def tell(model: type[PeeweeModel], changes: Sequence[Change]) -> None:
    """What hears of every write, in its transaction."""
    guard(model, changes)
    guard_composed(model, changes)
    tell_listeners(model, changes)
    tell_followers(model, changes)
    tell_webhooks(model, changes)
    take_along(model, changes)
    renew_roles(model, changes)


def create_app(registry: Registry, settings: Settings) -> Flask:
    """The Flask app that serves `registry`. Its database must be bound and migrated."""
    app = Flask("karvon", root_path=str(ROOT), static_folder=None)
    app.url_rule_class = LateRule
    app.config["KARVON"] = settings
    app.extensions["registry"] = registry
    use_catalogues(_catalogues(registry, settings))
    _set_templates(app, registry)
    open_requests(app, registry, settings)
    csrf = protect(app, settings)
    with using(registry):
        add_static(app, registry)
        add_metrics(app)
        add_health(app)
        add_account(app)
        add_links(app)
        add_views(app, registry)
        add_shell(app)
        add_apps(app)
        add_demo(app)
        add_addon_settings(app)
        add_purging(app)
        add_notices(app)
        add_jobs(app)
        add_live(app)
        add_exports(app)
        add_history(app)
        add_access(app)
        add_retention(app)
        add_webhooks(app)
        add_users(app)
        add_roles(app)
        add_pages(app, registry)
        csrf.exempt(add_api(app))
        csrf.exempt(add_endpoints(app, registry))
        csrf.exempt(add_buttons_api(app))
        csrf.exempt(add_incoming(app, registry))
        add_errors(app)
    if settings.server.proxies:
        hops = settings.server.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as Flask documents
    return app


def add_views(app: Flask, registry: Registry) -> None:
    """Register the screens that the core and the addons declare with Flask-Admin."""
    admin = Admin(app, name="Karvon", url="/", index_view=HomeView(), static_url_path="/none")
    views = [declared() for declared in registry.views]
    for view in views:
        extend_view(view, registry)
        admin.add_view(view)
    app.extensions["model_views"] = views
    by_model = {view.model: view for view in views}

    @app.before_request
    def name_views() -> None:
        g.views = by_model


def _catalogues(registry: Registry, settings: Settings) -> list[Path]:
    """Those of the enabled addons first; the Apps page names the others too."""
    others = discover(settings.addons.path).manifests
    manifests = {**registry.addons, **{n: m for n, m in others.items() if n not in registry.addons}}
    return [manifest.path / "i18n" for manifest in manifests.values()]


def _set_templates(app: Flask, registry: Registry) -> None:
    # The last addon comes first, so that it may dress the pages of those it depends on.
    folders = [manifest.path / "templates" for manifest in reversed(registry.addons.values())]
    loaders = [FileSystemLoader(folder) for folder in (ROOT / "templates", *folders)]
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "auto_reload": False,
        "bytecode_cache": compiled,
    }
    app.jinja_env.globals.update(
        _=said,
        pgettext=pgettext,
        ngettext=ngettext,
        current_language=current_language,
        icon=icon,
        static_version=static_version(),
        assets_version=assets_version(),
        slot=slot,
        addon_file=lambda name: app.extensions["addon_files"].url(name),
    )
