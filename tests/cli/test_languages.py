"""A verb says what is wrong in the language that stands before it."""

import pytest

SAID = {
    "en": "There is no user nobody: `user list` names those there are.",
    "uz": "nobody degan foydalanuvchi yoʻq: borlarini `user list` koʻrsatadi.",
    "ru": "Пользователя nobody нет: существующих покажет `user list`.",
}
on_sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


@on_sqlite
def test_an_error_of_a_verb_is_said_in_the_language_before_it(shell):
    for language, sentence in SAID.items():
        done = shell.run("--lang", language, "user", "token", "nobody")
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{sentence}\n")
    cyrillic = shell.run("--lang", "uz-Cyrl", "user", "token", "nobody").stderr
    assert cyrillic.startswith("nobody деган фойдаланувчи йўқ")


@on_sqlite
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["addon", "enable", "nothing"], "Модуля nothing нет: "),
        (["user", "create", "ann", "--role", "king"], "Роли king нет; роли: admin, "),
        (["bench", "list_9"], "Показателя list_9 нет; есть: "),
        (["user", "create", " "], "Логин состоит из букв"),
    ],
)
def test_russian_is_spoken_by_each_verb(shell, words, said):
    assert shell.run("--lang", "ru", *words).stderr.startswith(said)


def test_an_unmade_database_is_told_in_the_language_too(empty_shell):
    done = empty_shell.run("--lang", "ru", "user", "list")
    assert done.stderr.startswith("База данных не обновлена: ")
