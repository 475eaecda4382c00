"""What deploy/ holds fits what it starts: settings, ports, and what an image may take along."""

import dataclasses
import re

import yaml

from core.config import ROOT, Settings

DEPLOY = ROOT / "deploy"
ENVIRON = ("KARVON_DATABASE__URL", "KARVON_REDIS__URL")


def _text(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_setting_that_is_named_there_exists():
    known = {
        f"KARVON_{section.name}__{each.name}".upper()
        for section in dataclasses.fields(Settings)[:-1]
        for each in dataclasses.fields(section.default_factory)
    }
    for file in DEPLOY.iterdir():
        named = set(re.findall(r"KARVON_[A-Z]+__[A-Z0-9_]+", file.read_text(encoding="utf-8")))
        assert named <= known, file.name


def test_an_image_takes_along_neither_data_nor_what_set_up_makes():
    made = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line}
    left = set(_text("Dockerfile.dockerignore").splitlines())
    assert {"var", ".venv", "node_modules", ".assets", ".setup.lock"} <= made & left
    assert {".git", ".env", "deploy/.env"} <= left


def test_the_services_of_compose_wait_for_those_that_they_name():
    services = yaml.safe_load(_text("compose.yaml"))["services"]
    environ = services["karvon"]["environment"]
    hosts = {re.search(r"(?:@|//)([a-z]+)(?:/|$)", environ[name])[1] for name in ENVIRON}
    assert hosts == set(services["karvon"]["depends_on"]) == set(services) - {"karvon"}
    assert services["karvon"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "proxy_pass http://127.0.0.1:8000;" in _text("nginx.conf")
