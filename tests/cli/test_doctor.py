"""The verb doctor: silent when all is well, a sentence for each fault."""

import pytest

from core.background.sealing import seal
from core.data.actor import system
from core.data.database import db
from core.data.heads import FILE
from core.data.history import History
from core.modules import backups, doctor, lifecycle
from core.modules.registry import using
from tests.data.breaking import break_history, remove


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
    row = History.select().order_by(History.id.desc()).first().id
    break_history(f"UPDATE core_history SET actor_name = 'somebody else' WHERE id = {row}")
    [fault] = found_wrong()
    assert fault.startswith(f"Row {row} of the history is not as it was written.")


def test_a_history_that_was_cut_off_is_found_by_the_head_beside_it(instance, found_wrong):
    ids = told_and_sealed(instance)
    cut_off(ids)
    assert found_wrong() == [
        f"Row {ids[-1]} of the history was sealed once and is gone."
        " Compare it with the backups before the next one is made."
    ]


def test_a_history_that_was_cut_off_is_found_by_the_backups(instance, found_wrong):
    ids = told_and_sealed(instance)
    var = instance.settings.paths.var
    backups.back_up_before(var, "a-test")
    cut_off(ids)
    (var / FILE).unlink()
    [fault] = found_wrong()
    assert fault.startswith(f"Row {ids[-1]} of the history was sealed once and is gone.")
    (var / "backups" / "broken.tar").write_bytes(b"no archive")
    (var / "backups" / "broken.tar").chmod(0o600)
    assert found_wrong() == [fault]


def told_and_sealed(instance):
    with using(instance.registry()) as registry, system("a test"):
        for name in ("Bahor", "Navroʻz", "Oqtepa"):
            registry.model("contacts.contact").create(name=name)
        seal()
    rows = History.select(History.id).order_by(History.id).tuples()
    return [id for (id,) in rows]


def cut_off(ids):
    """Remove the last row, and let the head be that of the one before it."""
    remove(ids[-1])
    seal = History.get_by_id(ids[-2]).seal
    db.execute_sql(f"UPDATE core_chain SET last = {ids[-2]}, seal = '{seal}'")


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
