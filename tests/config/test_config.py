"""Settings: defaults, config.ini, the environment, and sentences for what cannot be used."""

import dataclasses
import re
from pathlib import Path

import pytest

from core.config import ROOT, Settings, load_settings
from core.errors import ConfigError

SETTING = re.compile(r"^#(?=[a-z0-9_]+ =)", re.MULTILINE)


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "config.ini"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(path: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ or {})
    return str(caught.value)


def test_an_empty_file_gives_the_defaults(written):
    settings = load_settings(written(""), {})
    assert settings.paths.var == ROOT / "var"
    assert settings.database.url == f"sqlite:///{ROOT}/var/karvon.db"
    assert settings.server.base_url == "http://127.0.0.1:8000"
    assert (settings.addons.path, settings.addons.start) == ((), ("*",))
    assert (settings.locale.language, settings.locale.zone) == ("uz", "Asia/Tashkent")
    assert (settings.sessions.idle_hours, settings.sessions.days) == (8, 7)
    assert (settings.database.pool, settings.server.proxies) == (8, 0)


def test_the_shipped_file_changes_nothing(written):
    assert load_settings(ROOT / "config.ini", {}) == load_settings(written(""), {})
    assert load_settings(None, {}) == load_settings(written(""), {})


def test_the_shipped_file_lists_every_setting_with_its_default_commented(written):
    text = (ROOT / "config.ini").read_text(encoding="utf-8")
    listed, section = set(), ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif SETTING.match(line):
            listed.add((section, line[1:].split(" =")[0]))
    known = {
        (section.name, each.name)
        for section in dataclasses.fields(Settings)[:-1]
        for each in dataclasses.fields(section.default_factory)
    }
    assert listed == known
    uncommented = written(SETTING.sub("", text))
    assert load_settings(uncommented, {}) == load_settings(written(""), {})


def test_what_is_said_to_an_addon_waits_for_the_addon(written):
    settings = load_settings(written(""), {"KARVON_WAREHOUSE__TERMINAL_KEY": "k-4711"})
    assert settings.given == {("warehouse", "terminal_key"): "k-4711"}
    assert "k-4711" not in repr(settings)


def test_settings_cannot_be_changed_afterwards(written):
    settings = load_settings(written(""), {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.server.port = 1


def test_the_environment_wins_over_the_file(written):
    path = written("[server]\nport = 8100\nworkers = 3\n")
    settings = load_settings(path, {"KARVON_SERVER__PORT": "8200"})
    assert (settings.server.port, settings.server.workers) == (8200, 3)
    assert settings.server.base_url == "http://127.0.0.1:8200"


def test_the_process_environment_is_the_default(written, monkeypatch):
    monkeypatch.setenv("KARVON_SERVER__PORT", "8300")
    assert load_settings(written("")).server.port == 8300


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_variable_counts_as_unset(written, empty):
    path = written("[server]\nport = 8100\n")
    assert load_settings(path, {"KARVON_SERVER__PORT": empty}).server.port == 8100


def test_relative_paths_begin_at_the_checkout(written, tmp_path):
    path = written(f"[paths]\nvar = data/here\n[addons]\npath = docs, {tmp_path}\n")
    settings = load_settings(path, {})
    assert settings.paths.var == ROOT / "data/here"
    assert settings.addons.path == (ROOT / "docs", tmp_path)
    assert settings.database.url == f"sqlite:///{ROOT}/data/here/karvon.db"


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("sqlite:///shop.db", f"sqlite:///{ROOT}/shop.db"),
        ("sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://a,b/karvon?x=1", "postgresql://a,b/karvon?x=1"),
    ],
)
def test_a_database_url_is_resolved(written, raw, url):
    assert load_settings(written(f"[database]\nurl = {raw}"), {}).database.url == url


@pytest.mark.parametrize(
    ("host", "base"),
    [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("erp.example.uz", "erp.example.uz")],
)
def test_the_base_url_follows_the_host_and_port(written, host, base):
    settings = load_settings(written(f"[server]\nhost = {host}\nport = 81"), {})
    assert settings.server.base_url == f"http://{base}:81"


def test_a_base_url_loses_its_last_slash(written):
    path = written("[server]\nbase_url = https://erp.example.uz/\n")
    assert load_settings(path, {}).server.base_url == "https://erp.example.uz"


def test_a_percent_sign_is_plain_text(written):
    path = written("[database]\nurl = postgresql://u:a%40b@h/k\n")
    assert load_settings(path, {}).database.url == "postgresql://u:a%40b@h/k"


def test_several_start_addons_are_separated_by_commas(written):
    path = written("[addons]\nstart = contacts, sales\n")
    assert load_settings(path, {}).addons.start == ("contacts", "sales")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[server]\nport = eighty", "must be a whole number from 0 to 65535; correct or remove"),
        ("[server]\nport = 65536", "must be a whole number from 0 to 65535"),
        ("[server]\nport = ", "must be a whole number"),
        ("[server]\nworkers = 0", "must be a whole number from 1"),
        ("[server]\nbase_url = erp.example.uz", "begins with http:// or https://"),
        ("[server]\nhost = http://x", "must be a host name"),
        ("[database]\nurl = mysql://root:secret@h/k", "must be sqlite:///FILE or postgresql://"),
        ("[paths]\nvar =", "must be a folder"),
        ("[locale]\nlanguage = de", "must be one of uz, uz-Cyrl, ru, en"),
        ("[locale]\nzone = Mars/Base", "must be the name of a time zone"),
        ("[locale]\nzone = ../etc/passwd", "must be the name of a time zone"),
        ("[server]\nprot = 1", "[server] has no such setting; did you mean port?"),
        ("[severs]\nport = 1", "there is no section [severs]; did you mean [server]?"),
        ("[server]\nzzz = 1", "it knows host, port"),
        ("port = 1", "correct that line"),
        ("[server]\nport = 1\nport = 2", "correct that line"),
    ],
)
def test_what_cannot_be_used_is_refused_with_place_and_cure(written, line, says):
    path = written(line)
    text = refusal(path)
    assert says in text
    assert str(path) in text
    assert "\n" not in text
    assert "secret" not in text
    assert not text.endswith(("?.", ".."))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KARVON_ADDONS__PATH", "/nowhere/at/all", "and /nowhere/at/all is none; correct or unset"),
        ("KARVON_SERVER__PORT", "x", "must be a whole number from 0 to 65535; correct or unset"),
        ("KARVON_SERVER__PROT", "1", "did you mean port?"),
        ("KARVON_SERVERS__PORT", "1", "did you mean [server]?"),
        ("KARVON_SERVER", "1", "has no such setting"),
        ("KARVON_HOME", "1", "there is no section [home]"),
    ],
)
def test_a_variable_that_cannot_be_used_is_refused_by_name(written, name, value, says):
    text = refusal(written(""), {name: value})
    assert says in text
    assert name in text


def test_variables_of_the_test_suite_and_of_others_are_left_alone(written):
    environ = {"KARVON_TEST_REAL": "/x", "PATH": "/bin", "KARVONISH": "1"}
    assert load_settings(written(""), environ) == load_settings(written(""), {})


def test_a_named_file_must_exist(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "none.ini")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "config.ini"
    path.write_bytes("[paths]\nvar = Дата".encode("cp1251"))
    assert "save it as UTF-8" in refusal(path)
