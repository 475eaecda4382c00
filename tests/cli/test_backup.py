"""Backups: what is in them, that a restore brings all back, and what is refused."""

import io
import json
import os
import resource
import tarfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.data.actor import system
from core.data.archives import about_archive
from core.data.audit import note
from core.data.chain import head, seal_history
from core.data.database import close, db, release, transaction
from core.data.heads import kept_heads, read_head
from core.data.history import History
from core.data.verifying import verify
from core.errors import UserError
from core.modules import backup_heads, backups, lifecycle
from core.modules.backup_heads import compare_restored, heads_in
from core.modules.registry import using
from core.testing.instances import settings_for
from core.testing.sites import whole_database
from core.web.instance import Instance, open_instance


@pytest.fixture
def filled(instance: Instance, tmp_path: Path) -> Instance:
    """An instance with a contact, a kept file and a secret."""
    with using(instance.registry()) as registry, system("a test"):
        registry.model("contacts.contact").create(name="Oʻtkir savdo")
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abcdef").write_bytes(b"kept")
    (tmp_path / "secret").write_bytes(b"s" * 32)
    return instance


@pytest.fixture
def elsewhere(migrated_url, tmp_path, postgres_cluster):
    """Open an empty instance of the same kind, with a var/ of its own."""
    made = []

    def opened() -> Instance:
        close()
        folder = tmp_path / f"elsewhere{len(made)}"
        name = f"restored_{tmp_path.name.replace('-', '_')}_{len(made)}"[-60:]
        is_file = migrated_url.startswith("sqlite")
        url = f"sqlite:///{folder / 'new.db'}" if is_file else postgres_cluster.create(name)
        made.append(name)
        return open_instance(settings_for(url, folder))

    yield opened
    close()
    if not migrated_url.startswith("sqlite"):
        for name in made:
            postgres_cluster.drop(name)


def test_a_restored_instance_holds_every_row_file_and_secret_and_needs_no_migrate(
    filled, elsewhere, tmp_path
):
    file = tmp_path / "backup.tar.gz"
    seal_history()
    before = whole_database()
    backups.back_up(filled.settings.paths.var, file)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = elsewhere()
    about = backups.restore(restored.settings.paths.var, file)
    assert about["addons"]["contacts"]["state"] == "enabled"
    var = restored.settings.paths.var
    assert (var / "files" / "ab" / "abcdef").read_bytes() == b"kept"
    assert (var / "secret").read_bytes() == b"s" * 32
    assert (var / "secret").stat().st_mode & 0o777 == 0o600
    close()
    again = open_instance(restored.settings)
    assert lifecycle.is_migrated()
    assert whole_database() == before
    with using(again.registry()) as registry, system("a test"):
        made = registry.model("contacts.contact").create(name="Yangi")
        assert made.id == 2


def test_the_list_of_a_backup_names_the_head_of_the_history(filled, tmp_path):
    file = tmp_path / "backup.tar.gz"
    backups.back_up(filled.settings.paths.var, file)
    sealed = head()
    assert sealed.rows == History.select().count()
    assert read_head(about_archive(file, "backup")["history"]) == sealed
    assert kept_heads().heads[-1] == sealed


def test_a_restored_history_is_compared_with_the_head_that_its_backup_names(
    filled, elsewhere, tmp_path
):
    file = tmp_path / "backup.tar.gz"
    backups.back_up(filled.settings.paths.var, file)
    restored = elsewhere()
    about = backups.restore(restored.settings.paths.var, file)
    assert compare_restored(about) is None
    assert [kept.id for kept in kept_heads().heads] == [about["history"]["id"]]
    about["history"]["seal"] = "x"
    assert "does not lead to the seal" in str(compare_restored(about))


def test_an_older_backup_that_is_restored_gives_up_what_came_after_it(filled, elsewhere, tmp_path):
    """The newer backups beside it name heads that are not in its history."""
    file = tmp_path / "backup.tar.gz"
    backups.back_up(filled.settings.paths.var, file)
    with using(filled.registry()) as registry, system("a test"):
        registry.model("contacts.contact").create(name="Keyingi")
    newer = backups.back_up_before(filled.settings.paths.var, "a-test")
    restored = elsewhere()
    var = restored.settings.paths.var
    about = backups.restore(var, file)
    (var / "backups").mkdir()
    newer.rename(var / "backups" / newer.name)
    assert verify(heads_in(var / "backups")).fault is not None
    compare_restored(about)
    assert verify(heads_in(var / "backups")).fault is None


def test_a_backup_is_made_of_tables_that_are_older_than_the_chain(filled, tmp_path):
    db.execute_sql("DROP TABLE core_chain")
    backups.back_up(filled.settings.paths.var, tmp_path / "backup.tar")
    assert about_archive(tmp_path / "backup.tar", "backup")["history"]["id"] == 0


def test_a_backup_is_made_while_somebody_who_writes_does_not_end(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(backup_heads, "PATIENCE", 0.1)
    began, end = threading.Event(), threading.Event()

    def write():
        with system("a test"), transaction():
            note("log_in", ("core_user", 1))
            began.set()
            end.wait(20)
        release()

    if hasattr(db.obj, "writers"):  # SQLite's, where nobody else writes meanwhile
        db.obj.writers.deadline = 0.2
    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert began.wait(10)
        backups.back_up(filled.settings.paths.var, tmp_path / "backup.tar")
    finally:
        end.set()
        thread.join(20)
    assert about_archive(tmp_path / "backup.tar", "backup")["history"]["id"] == 0


def test_a_restore_into_an_instance_that_holds_something_is_refused(filled, tmp_path):
    file = tmp_path / "backup.tar"
    backups.back_up(filled.settings.paths.var, file)
    before = whole_database()
    with pytest.raises(UserError, match="is not empty"):
        backups.restore(tmp_path / "other", file)
    with pytest.raises(UserError, match="is not empty"):
        backups.restore(tmp_path, file)
    assert not [p for p in (tmp_path / "other").rglob("*") if p.is_file()]
    close()
    open_instance(filled.settings)
    assert whole_database() == before


@contextmanager
def full_disk(size):
    """Within the block no file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1_000, 30_000])
def test_a_backup_onto_a_full_disk_says_so_and_leaves_nothing(filled, tmp_path, size):
    (tmp_path / "disk").mkdir()
    with full_disk(size), pytest.raises(UserError, match="make room there or name another place"):
        backups.back_up(filled.settings.paths.var, tmp_path / "disk" / "backup.tar")
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_restore_onto_a_full_disk_leaves_an_instance_that_can_be_restored(
    filled, tmp_path, elsewhere
):
    file = tmp_path / "backup.tar"
    backups.back_up(filled.settings.paths.var, file)
    restored = elsewhere()
    var = restored.settings.paths.var
    before = sorted(var.rglob("*"))
    with full_disk(30_000), pytest.raises(UserError, match="make room there"):
        backups.restore(var, file)
    assert sorted(var.rglob("*")) == before
    assert backups.restore(var, file)["addons"]["contacts"]["state"] == "enabled"


def test_a_backup_replaces_no_device(filled, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="is no file that can be replaced"):
        backups.back_up(filled.settings.paths.var, tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_the_verbs_work_and_users_tokens_and_passwords_too(shell, tmp_path, elsewhere):
    password = shell.run("user", "create", "bek", "--role", "admin").stdout.split()[-1]
    books = "from core.access.models import Session, User;"
    opened = f"{books} Session.create(digest='x', user=User.get()); print(Session.select().count())"
    assert shell.run("shell", "--run", opened).stdout == "1\n"
    file = tmp_path / "instance.tar.gz"
    done = shell.run("backup", str(file))
    assert (done.returncode, done.stdout) == (0, f"Wrote {file}\n")
    empty = elsewhere().settings
    environ = {
        "KARVON_PATHS__VAR": str(empty.paths.var),
        "KARVON_DATABASE__URL": empty.database.url,
    }
    done = shell.run("restore", str(file), **environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert shell.run("doctor", **environ).stderr == ""
    query = "print([h.action for h in History.select().order_by(History.id)][-1])"
    run = f"from core.data.history import History; {query}"
    assert shell.run("shell", "--run", run, **environ).stdout == "restore_backup\n"
    assert shell.run("shell", "--run", run).stdout == "back_up\n"
    assert "bek" in shell.run("user", "list", **environ).stdout
    # A login of then may have been ended since.
    counted = f"{books} print(Session.select().count())"
    assert shell.run("shell", "--run", counted, **environ).stdout == "0\n"
    visitor = shell.serve(**environ).visitor()
    assert visitor.log_in("bek", password).status == 303
    again = shell.run("restore", str(file), **environ)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1


def _with(file: Path, evil: tarfile.TarInfo, content: bytes = b"x") -> None:
    """The same archive with one more entry, which its list names too."""
    with tarfile.open(file) as old:
        entries = [(m, old.extractfile(m).read()) for m in old]
    manifest = json.loads(entries[0][1])
    manifest["files"][evil.name] = {"bytes": len(content), "sha256": "0" * 64}
    text = json.dumps(manifest).encode()
    entries[0][0].size = len(text)
    entries[0] = (entries[0][0], text)
    evil.size = len(content) if evil.isreg() else 0
    with tarfile.open(file, "w") as new:
        for entry, body in [*entries, (evil, content)]:
            new.addfile(entry, io.BytesIO(body))


def _entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.attack(22)
@pytest.mark.parametrize(
    "evil",
    [
        _entry("../outside"),
        _entry("files/../../outside"),
        _entry("/outside-of-the-archive"),
        _entry("files\\..\\outside"),
        _entry("files/link", tarfile.SYMTYPE, "/etc/passwd"),
        _entry("files/hard", tarfile.LNKTYPE, "manifest.json"),
        _entry("files/pipe", tarfile.FIFOTYPE),
        _entry("files/wrong-hash"),
    ],
    ids=lambda entry: f"{entry.name}-{entry.type.decode()}",
)
def test_an_archive_that_leads_elsewhere_or_was_changed_is_refused_and_leaves_nothing(
    filled, elsewhere, tmp_path, evil
):
    file = tmp_path / "backup.tar"
    backups.back_up(filled.settings.paths.var, file)
    _with(file, evil)
    empty = elsewhere()
    var = empty.settings.paths.var
    with pytest.raises(UserError, match="cannot be restored"):
        backups.restore(var, file)
    assert [p for p in var.rglob("*") if p.is_file() and p.stat().st_size] == []
    assert not (tmp_path / "outside").exists()
    assert not Path("/outside-of-the-archive").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8bbroken"])
def test_what_is_no_backup_is_one_sentence(empty_shell, tmp_path, content):
    file = tmp_path / "odd.tar.gz"
    file.write_bytes(content)
    done = empty_shell.run("restore", str(file))
    assert done.returncode == 1
    assert done.stderr.startswith("odd.tar.gz cannot be restored")
    assert done.stderr.count("\n") == 1
