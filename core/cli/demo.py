"""The verb demo: makes the demo company once, and serves it on this machine."""

import os
from pathlib import Path

import click

from core.access.accounts import roles_by_user
from core.access.login import set_password
from core.access.models import User
from core.access.secrets import new_password
from core.cli.main import Options
from core.cli.opening import opened
from core.cli.worker import workers_beside
from core.config import Settings, load_settings
from core.data.files import locked
from core.exchange.demo import load_demo
from core.web.serving.server import listen, serve

HOST = "127.0.0.1"
NAME = "demo.db"
MAKING = "demo-making.db"  # becomes demo.db when it is whole
LOGINS = "demo-logins"


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), help="Without it [server] port, 8000.")
@click.pass_obj
def command(options: Options, port: int | None) -> None:
    """Make the demo company at the first start, print its logins, serve it on 127.0.0.1."""
    settings = settings_for(options, port, NAME)
    listener = listen(HOST, settings.server.port)
    var = settings.paths.var
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(var / "demo-lock"):
        if not (var / NAME).exists():
            _make(options, port, var)
        with opened(options, settings) as instance:
            instance.migrate()
            if not (var / LOGINS).exists():
                with instance.acting("demo passwords"):
                    _write_private(var / LOGINS, _new_logins())
    print(f"Karvon's demo company: {settings.server.base_url}", flush=True)
    print((var / LOGINS).read_text(encoding="utf-8"), flush=True)
    serve(settings, listener, workers_beside(options, settings))


def settings_for(options: Options, port: int | None, name: str) -> Settings:
    """The settings of the instance, but for the database, which is the file `name` under var/."""
    own = {
        "KARVON_DATABASE__URL": f"sqlite:///<var>/{name}",
        "KARVON_SERVER__HOST": HOST,
        "KARVON_SERVER__BASE_URL": "http://<host>:<port>",
        "KARVON_SERVER__PROXIES": "0",
    }
    if port:
        own["KARVON_SERVER__PORT"] = str(port)
    return load_settings(options.config, {**os.environ, **own})


def _make(options: Options, port: int | None, var: Path) -> None:
    """Make the demo in a file of its own, so that what stands under its name is whole."""
    print("Making the demo company …", flush=True)
    _remove(var, MAKING)
    with opened(options, settings_for(options, port, MAKING)) as instance:
        instance.migrate()
        with instance.acting("demo data") as registry:
            load_demo(registry)
            _write_private(var / LOGINS, _new_logins())
    (var / MAKING).rename(var / NAME)
    _remove(var, MAKING)


def _remove(var: Path, name: str) -> None:
    """Remove a database and what lies beside it: its journal and its lock files."""
    for file in var.glob(f"{name}*"):
        file.unlink()


def _new_logins() -> str:
    """Give every user a new password; answers a line of text for each."""
    roles = roles_by_user()
    lines = ["login      password"]
    for user in User.select().order_by(User.id):
        password = new_password()
        set_password(user.id, password)
        held = ", ".join(roles.get(user.id, ()))
        lines.append(f"{user.login:<10} {password}  {user.name} ({held})")
    return "\n".join([*lines, ""])


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
