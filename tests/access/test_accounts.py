"""What may be done with accounts, and the sentence that the rest gets; nothing is half done."""

import threading

import pytest

from core.access.accounts import create_token, create_user, disable_user, require_active
from core.access.models import Credential, Token, User
from core.data.actor import system
from core.data.database import release
from core.errors import UserError
from core.modules.registry import using

PASSWORD = "yaxshi-uzun-gap"


@pytest.mark.parametrize("login", ["", "  ", "a b", "<script>", "../../etc", "x" * 65, "a\tb\nc d"])
def test_an_odd_login_name_is_refused(working, login):
    with pytest.raises(UserError, match="made of letters"):
        create_user(login)
    assert User.select().count() == 0


@pytest.mark.parametrize("login", ["oʻtkir", "Anna.K", "ann-1", "ann@example.uz"])
def test_a_plain_login_name_is_taken_in_small_letters(working, login):
    assert create_user(login).login == login.casefold()


def test_the_last_admin_cannot_be_disabled(working):
    boss = create_user("boss", roles=("admin",))
    with pytest.raises(UserError, match="last admin"):
        disable_user(boss)
    assert User.get_by_id(boss.id).is_active
    create_user("other", roles=("admin",))
    disable_user(boss)
    assert not User.get_by_id(boss.id).is_active


def test_a_disabled_admin_does_not_count_as_another(working):
    first, second = (create_user(name, roles=("admin",)) for name in ("first", "second"))
    disable_user(first)
    with pytest.raises(UserError, match="last admin"):
        disable_user(second)


def test_nobody_hands_out_a_key_that_lets_nobody_in(working):
    zafar = create_user("zafar", PASSWORD)
    disable_user(zafar)
    with pytest.raises(UserError, match="is disabled"):
        create_token(zafar)
    with pytest.raises(UserError, match="is disabled"):
        require_active(zafar)
    assert Token.select().count() == 0
    assert Credential.select().count() == 1


def test_of_two_admins_who_disable_each_other_at_once_one_stays(working):
    admins = [create_user(name, roles=("admin",)) for name in ("first", "second")]
    together, refused, failed = threading.Barrier(2), [], []

    def work(other):
        try:
            with using(working), system("a test"):
                user = User.get_by_id(other.id)
                together.wait()
                disable_user(user)
        except UserError as error:
            refused.append(str(error))
        except BaseException as error:
            failed.append(error)
        finally:
            release()

    threads = [threading.Thread(target=work, args=(each,)) for each in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(refused) == 1
    assert "last admin" in refused[0]
    assert User.select().where(User.is_active).count() == 1
