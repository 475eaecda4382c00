"""The verb doctor: silent when all is well, a sentence for each fault."""

import pytest

from core.data.actor import system
from core.data.database import db
from core.modules import doctor, lifecycle
from core.modules.registry import using


@pytest.fixture
def found_wrong(instance):
    """What the doctor says of the instance now."""

    def ask():
        var = instance.settings.paths.var
        return list(doctor.faults(instance.found(), instance.registry().broken, var))

    instance.settings.paths.var.chmod(0o700)
    for file in instance.settings.paths.var.glob("*.db"):
        file.chmod(0o600)
    return ask


def test_a_sound_instance_has_no_faults(shell):
    shell.run("user", "create", "bek")
    done = shell.run("doctor")
    assert (done.returncode, done.stdout) == (0, "Nothing is wrong.\n"), done.stderr


def test_rights_that_are_too_wide_are_named_and_the_status_is_1(shell):
    shell.var.mkdir(exist_ok=True)
    shell.var.chmod(0o755)
    done = shell.run("doctor")
    assert done.returncode == 1
    assert done.stderr == f"Others may read {shell.var}: take their rights away.\n"


def test_a_history_that_was_changed_from_outside_is_found(instance, found_wrong):
    with using(instance.registry()) as registry, system("a test"):
        registry.model("contacts.contact").create(name="Kimdir")
    assert found_wrong() == []
    if db.get_tables() and instance.settings.database.url.startswith("sqlite"):
        db.execute_sql('DROP TRIGGER "core_history_update"')
    else:
        db.execute_sql('DROP TRIGGER "core_history_refuse" ON "core_history"')
    db.execute_sql("UPDATE core_history SET actor_name = 'somebody else'")
    [fault] = found_wrong()
    assert fault.startswith("The history was changed from outside")


def test_an_addon_that_waits_for_its_update_is_named(instance, found_wrong):
    assert lifecycle.installed()["contacts"] == "enabled"
    db.execute_sql("UPDATE core_addon SET version = '0.0.1' WHERE name = 'contacts'")
    assert found_wrong() == ["contacts waits for its update: run `migrate`."]


@pytest.mark.parametrize("verb", ["doctor", "migrate", "user"])
@pytest.mark.parametrize("keeps", [0, 100, 8192])
def test_a_damaged_file_is_one_sentence(migrated_sqlite, empty_shell, verb, keeps):
    file = empty_shell.var / "karvon.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(migrated_sqlite.read_bytes()[:keeps] + b"no database " * 4000)
    words = (verb, "list") if verb == "user" else (verb,)
    done = empty_shell.run(*words)
    assert done.returncode == 1
    assert "restore the last backup" in done.stderr
    assert done.stderr.count("\n") == 1
