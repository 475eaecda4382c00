"""Every line of the attackers' list is tried, or waits for the feature that it attacks."""

import re
import tomllib
from pathlib import Path

from core.config import ROOT

LINES = range(1, 50)
MARK = re.compile(r"@pytest\.mark\.attack\((\d+)\)")


def tried():
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("addons/*/tests/test_*.py")]
    return {int(number) for file in files for number in MARK.findall(file.read_text("utf-8"))}


def pending():
    return tomllib.loads(Path(__file__).with_name("pending.toml").read_text("utf-8"))


def waiting():
    return {int(number): text for number, text in pending().items() if number != "partly"}


def waiting_partly():
    return {int(number): text for number, text in pending()["partly"].items()}


def test_every_line_is_tried_or_waits():
    assert set(LINES) - tried() == set(waiting()) - tried()
    assert set(LINES) <= tried() | set(waiting())


def test_no_line_waits_that_is_tried_already():
    assert sorted(tried() & set(waiting())) == []


def test_a_line_that_waits_partly_is_tried_where_something_stands():
    assert set(waiting_partly()) <= tried()


def test_whatever_waits_names_what_it_waits_for():
    assert all(text.strip() for text in (*waiting().values(), *waiting_partly().values()))
    assert set(waiting()) <= set(LINES)
