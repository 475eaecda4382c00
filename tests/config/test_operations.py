"""The page on operations names every setting, and none that is not there."""

import dataclasses
import re

from core.config import ROOT, Settings


def test_every_setting_is_documented_and_no_other():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    known = {
        f"[{section.name}] {each.name}"
        for section in dataclasses.fields(Settings)[:-1]
        for each in dataclasses.fields(section.default_factory)
    }
    assert set(re.findall(r"`(\[\w+\] \w+)`", page)) == known
