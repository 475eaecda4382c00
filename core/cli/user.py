"""The verb user: makes, lists and disables users, gives passwords and tokens."""

import click

from core.access.accounts import (
    create_token,
    create_user,
    disable_user,
    require_active,
    roles_by_user,
    user_called,
)
from core.access.factors.second import forget_factors
from core.access.login import set_password
from core.access.models import User
from core.access.secrets import new_password
from core.cli.main import Options
from core.cli.opening import opened


@click.group("user")
def command() -> None:
    """Make, list and disable users; give passwords and tokens."""


@command.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="A role, such as admin; may be repeated.")
@click.option("--name", "title", default="", help="How people call the user; else the login name.")
@click.pass_obj
def create(options: Options, name: str, roles: tuple[str, ...], title: str) -> None:
    """Make the user with the login NAME; the password stands on the last line."""
    with opened(options) as instance, instance.acting("cli"):
        password = new_password()
        user = create_user(name, password, title, roles)
    print(f"{user.login} can log in with this password:\n{password}")


@command.command("list")
@click.pass_obj
def list_users(options: Options) -> None:
    """List the users: login name, state, name, roles."""
    with opened(options) as instance, instance.acting("cli"):
        roles = roles_by_user()
        for user in User.select().order_by(User.login):
            state = "active" if user.is_active else "disabled"
            held = ", ".join(roles.get(user.id, ()))
            print(f"{user.login}\t{state}\t{user.name}\t{held}")


@command.command()
@click.argument("name")
@click.pass_obj
def disable(options: Options, name: str) -> None:
    """Let nobody in as NAME any more, by password, session or token."""
    with opened(options) as instance, instance.acting("cli"):
        user = user_called(name)
        disable_user(user)
    print(f"{user.login} is disabled.")


@command.command()
@click.argument("name")
@click.pass_obj
def password(options: Options, name: str) -> None:
    """Give NAME a new password, which stands on the last line; every session of theirs ends."""
    with opened(options) as instance, instance.acting("cli"):
        user = user_called(name)
        require_active(user)
        made = new_password()
        set_password(user.id, made)
    print(f"{user.login} can log in with this password:\n{made}")


@command.command("drop-factors")
@click.argument("name")
@click.pass_obj
def drop_factors(options: Options, name: str) -> None:
    """Take app, passkeys and recovery codes away from NAME, who lost them; the password stays."""
    with opened(options) as instance, instance.acting("cli"):
        user = user_called(name)
        had_some = forget_factors(user.id)
    if had_some:
        print(f"{user.login} logs in by the password alone now.")
    else:
        print(f"{user.login} has no second factor.")


@command.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Narrow the token to a role; may be repeated.")
@click.option("--title", default="", help="What the token is for.")
@click.pass_obj
def token(options: Options, name: str, roles: tuple[str, ...], title: str) -> None:
    """Make a token of the API in the name of NAME; it stands on the last line."""
    with opened(options) as instance, instance.acting("cli"):
        user = user_called(name)
        made = create_token(user, title, roles)
    print(f"Whoever shows this token is {user.login} to the API:\n{made}")
