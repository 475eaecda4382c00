"""Every line of the attackers' list has one test of its number, or waits for what it attacks."""

import re
import tomllib
from collections import Counter
from pathlib import Path

from core.config import ROOT

HERE = Path(__file__).parent
NAMED = re.compile(r"^def test_attack_(\d\d)_\w+\(", re.MULTILINE)


def lines():
    sections = tomllib.loads((HERE / "lines.toml").read_text("utf-8"))
    return {int(number): text for each in sections.values() for number, text in each.items()}


def pending():
    return tomllib.loads((HERE / "pending.toml").read_text("utf-8"))


def tried():
    """{number: how many tests carry it in their name}, in the whole suite."""
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("addons/*/tests/test_*.py")]
    found = [int(n) for file in files for n in NAMED.findall(file.read_text("utf-8"))]
    return Counter(found)


def test_the_list_is_whole():
    assert list(lines()) == list(range(1, 50))
    assert all(lines().values())


def test_every_line_has_one_test_or_waits():
    waiting = {int(number) for number in pending()}
    assert {number: n for number, n in tried().items() if n > 1} == {}
    assert set(lines()) - set(tried()) == waiting
    assert set(tried()) <= set(lines())


def test_whatever_waits_names_what_it_waits_for():
    for number, reason in pending().items():
        assert number == str(int(number))
        assert reason.startswith("waits for ")
