"""The verb addon, as a terminal runs it."""

import json

import pytest

from tests.modules.test_lifecycle import THING, THING_TABLE

KEYS = {"name", "title", "version", "state", "depends", "dependents", "error"}


def _states(shell):
    done = shell.run("addon", "list", "--json")
    assert done.returncode == 0, done.stderr
    return {each["name"]: each for each in json.loads(done.stdout)}


def test_the_list_in_json_is_all_that_stdout_holds(shell, write_addon, addon_folder):
    broken = write_addon("broken", models="import nothing_of_that_name\n")
    faulty = write_addon("faulty", manifest='title = "Faulty"\n')
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    states = _states(shell)
    assert all(each.keys() == KEYS for each in states.values())
    assert states["contacts"]["state"] == "enabled"
    assert states["contacts"]["error"] is None
    assert states[broken]["state"] == "available"
    assert states[faulty]["state"] == "quarantined"
    assert "version must be given" in states[faulty]["error"]
    refused = shell.run("addon", "enable", broken)
    assert refused.returncode == 1
    assert "nothing_of_that_name" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert _states(shell)[broken]["state"] == "available"


def test_what_others_need_is_disabled_only_with_them(empty_shell, write_addon, addon_folder):
    shell = empty_shell
    shell.run("migrate")
    needy = write_addon("needy", depends=("contacts",))
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    shell.run("addon", "enable", needy)
    assert _states(shell)["contacts"]["dependents"] == [needy]
    refused = shell.run("addon", "disable", "contacts")
    assert refused.returncode == 1
    assert needy in refused.stderr
    done = shell.run("addon", "disable", "contacts", "--with-dependents")
    assert done.stdout == f"Disabled: {needy}, contacts.\n"
    states = _states(shell)
    assert {states[name]["state"] for name in (needy, "contacts")} == {"disabled"}
    back = shell.run("addon", "enable", needy)
    assert back.stdout == f"Enabled: contacts, {needy}.\n"


def test_a_name_that_no_addon_can_have_is_refused(empty_shell, addon_folder):
    for name in ("Shop", "1st", "class", "login", "core", "contacts", "../up"):
        done = empty_shell.run("addon", "new", name, "--into", str(addon_folder))
        assert done.returncode == 1, name
        assert done.stderr.count("\n") == 1
    assert list(addon_folder.iterdir()) == []


def test_a_new_addon_is_complete_and_stays_so(empty_shell, addon_folder):
    shell = empty_shell
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    assert shell.run("addon", "new", "helpdesk", "--into", str(addon_folder)).returncode == 0
    made = {file.relative_to(addon_folder / "helpdesk").as_posix() for file in _files(addon_folder)}
    assert made >= {"manifest.toml", "migrations/0001_initial.py", "i18n/uz.po", "i18n/ru.po"}
    assert made >= {"models.py", "permissions.py", "views.py", "README.md"}
    assert "tests/test_helpdesk.py" in made
    checked = shell.run("addon", "check", str(addon_folder / "helpdesk"))
    assert checked.stdout == "Nothing is wrong with helpdesk.\n", checked.stderr
    assert shell.run("addon", "translate", "helpdesk").stdout == ""


def test_the_tests_of_a_new_addon_pass_and_it_can_be_enabled(empty_shell, addon_folder):
    shell = empty_shell
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    shell.run("addon", "new", "helpdesk", "--into", str(addon_folder))
    tests = str(addon_folder / "helpdesk/tests")
    done = shell.run("test", tests, "-q", "-p", "no:cacheprovider", "-k", "sqlite")
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout
    shell.run("migrate", KARVON_ADDONS__START="contacts")
    assert shell.run("addon", "enable", "helpdesk").returncode == 0


def _files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_check_names_every_fault(empty_shell, write_addon, addon_folder):
    name = write_addon(
        "faulty",
        models="""
from core.api import CharField, Model, _
from core.data.database import db
from addons.contacts.models import Contact

class Note(Model):
    name = CharField(verbose_name=_("An unknown word"))
""",
    )
    done = empty_shell.run("addon", "check", str(addon_folder / name))
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{name}/models.py imports core.data.database" in done.stderr
    assert f"{name}/models.py imports addons.contacts.models" in done.stderr
    assert "no Access line grants anything on Note" in done.stderr
    assert "not translated into uz" in done.stderr


TRIED = """
from core.api import Access, CharField, Model, staff

class Note(Model):
    name = CharField(max_length=64)
    text = CharField(null=True)

    def __str__(self):
        return self.name

access = [Access(Note, staff, "r")]
"""
TABLE = """
from core.api import record_base
from peewee import CharField

def up(migrator, db):
    class Note(record_base(db)):
        name = CharField(max_length=64)
        text = CharField(null=True)

        class Meta:
            table_name = "{name}_note"

    db.create_tables([Note])

def down(migrator, db):
    db.execute_sql('DROP TABLE "{name}_note"')
"""


@pytest.mark.parametrize(
    ("sound", "faulty", "said"),
    [
        ("        text = CharField(null=True)\n", "", "lacks the column text: no migration makes"),
        (
            "CharField(null=True)",
            "CharField()",
            "_note.text may be empty in the model and not in the table",
        ),
        ("max_length=64", "max_length=32", "_note.name is varchar(32) in the table and holds 64"),
        ("def down", "    raise RuntimeError('no')\n\ndef down", "a migration fails (RuntimeError"),
        ("db.execute_sql('DROP", "('DROP", "its migrations leave {name}_note.name behind"),
        ("def down(migrator, db):", "def down(migrator, db):\n    1 / 0", "cannot be undone"),
        (
            "CharField(null=True)",
            "CharField(null=True)\n        other = CharField(null=True)",
            "the column other of {name}_note is none of Note's fields",
        ),
        ("", "", "Nothing is wrong with {name}"),
    ],
)
def test_a_check_tries_the_tables_there_and_back(
    sound, faulty, said, empty_shell, write_addon, addon_folder
):
    name = write_addon("tried", models=TRIED, migration=TABLE.replace(sound, faulty))
    done = empty_shell.run("addon", "check", str(addon_folder / name))
    assert said.replace("{name}", name).lower() in (done.stdout + done.stderr).lower()
    assert done.returncode == (0 if said.startswith("Nothing") else 1)


def test_a_language_that_an_addon_of_others_lacks_is_said_and_no_fault(
    empty_shell, write_addon, addon_folder
):
    name = write_addon("foreign", hooks="from core.api import _\n\nword = _('An unknown word')\n")
    done = empty_shell.run("addon", "check", str(addon_folder / name))
    assert "texts are not translated into uz" in done.stderr
    assert done.stdout == f"Nothing is wrong with {name}.\n"
    assert done.returncode == 0


def test_new_texts_reach_the_catalogues(empty_shell, write_addon, addon_folder):
    name = write_addon("words", views='from core.api import _\nword = _("A new word")\n')
    done = empty_shell.run("addon", "translate", name, KARVON_ADDONS__PATH=str(addon_folder))
    assert done.returncode == 0, done.stderr
    assert "uz: 2 texts wait to be translated\n" in done.stdout
    assert 'msgid "A new word"' in (addon_folder / name / "i18n" / "ru.po").read_text()


def test_a_purge_without_a_terminal_asks_nothing_and_restore_brings_it_back(
    empty_shell, write_addon, addon_folder
):
    shell = empty_shell
    shell.run("migrate")
    name = write_addon("going", models=THING, migration=THING_TABLE)
    shell.environ["KARVON_ADDONS__PATH"] = str(addon_folder)
    shell.run("addon", "enable", name)
    refused = shell.run("addon", "purge", name)
    assert refused.returncode == 1
    assert refused.stderr == f"{name} is enabled: disable it first.\n"
    shell.run("addon", "disable", name)
    unasked = shell.run("addon", "purge", name)
    assert unasked.returncode == 1
    assert "--yes" in unasked.stderr
    assert f"0  {name}_thing\n" in unasked.stdout
    done = shell.run("addon", "purge", name, "--yes")
    assert done.returncode == 0, done.stderr
    assert _states(shell)[name]["state"] == "available"
    archive = done.stdout.split()[-1]
    back = shell.run("addon", "restore", archive)
    assert back.returncode == 0, back.stderr
    assert _states(shell)[name]["state"] == "disabled"
