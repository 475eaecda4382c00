"""The verb user, as a terminal runs it and as the instance feels it."""

import pytest

from core.access.factors.models import Authenticator
from core.access.factors.second import has_factor
from core.access.login import try_login
from core.access.models import User
from core.data.fields import now
from core.data.history import History

ONE_SENTENCE = 1


def _gets_in(registry, login, password):
    return try_login(login, password, "127.0.0.1").user_id is not None


def test_a_new_user_gets_in_by_the_password_on_the_last_line(shell, registry):
    done = shell.run("user", "create", "Dilnoza", "--role", "contacts.user", "--name", "Dilnoza R.")
    assert done.returncode == 0, done.stderr
    assert _gets_in(registry, "dilnoza", done.stdout.splitlines()[-1])
    assert shell.run("user", "list").stdout == "dilnoza\tactive\tDilnoza R.\tcontacts.user\n"


def test_a_token_on_the_last_line_speaks_for_its_user_at_once(shell, client):
    shell.run("user", "create", "robot", "--role", "contacts.manager")
    token = shell.run("user", "token", "robot").stdout.splitlines()[-1]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/contacts/contact", headers=bearer).status_code == 200
    shell.run("user", "disable", "robot")
    assert client.get("/api/v1/contacts/contact", headers=bearer).status_code == 401
    assert "robot\tdisabled" in shell.run("user", "list").stdout


def test_a_new_password_replaces_the_old_one(shell, registry):
    old = shell.run("user", "create", "malika").stdout.splitlines()[-1]
    new = shell.run("user", "password", "malika").stdout.splitlines()[-1]
    assert not _gets_in(registry, "malika", old)
    assert _gets_in(registry, "malika", new)


def test_who_lost_the_telephone_gets_in_by_the_password_alone(shell, working):
    shell.run("user", "create", "malika")
    id = User.select(User.id).where(User.login == "malika").tuples().get()[0]
    Authenticator.create(user=id, secret="sealed", confirmed_at=now())
    assert has_factor(id)
    done = shell.run("user", "drop-factors", "malika")
    assert (done.returncode, done.stdout) == (0, "malika logs in by the password alone now.\n")
    assert not has_factor(id)
    assert shell.run("user", "drop-factors", "malika").stdout == "malika has no second factor.\n"
    told = History.select().where(History.action == "remove_factor")
    assert [row.record for row in told] == [id]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["create", "ann", "--role", "king"], "There is no role king; the roles are admin, "),
        (["password", "nobody"], "There is no user nobody: "),
        (["create", " "], "A login name is made of letters"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(empty_shell, words, reason):
    empty_shell.run("migrate")
    done = empty_shell.run("user", *words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(reason)
    assert done.stderr.count("\n") == ONE_SENTENCE
    assert empty_shell.run("user", "list").stdout == ""
