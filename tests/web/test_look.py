"""What every template, stylesheet and script keeps to: the strict policy, the sprite, the sizes."""

import re

import pytest

from core.config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [template for template in TEMPLATES if template.parent.name != "print"]
STATIC = ROOT / "core" / "web" / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


def _name(path):
    return path.name


@pytest.mark.parametrize("template", PAGES, ids=_name)
def test_a_page_holds_nothing_that_the_policy_refuses(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style", text)
    assert not re.search(r"(?:src|href|action|hx-\w+)=\"https?:", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_a_template_says_its_duty_in_its_first_line(template):
    assert template.read_text().startswith("{#- ")


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS], ids=_name)
def test_a_stylesheet_or_script_has_one_duty_and_stays_short(file):
    lines = file.read_text().splitlines()
    assert lines[0].startswith("/* ")
    assert len(lines) < 300


@pytest.mark.parametrize("sheet", SHEETS, ids=_name)
def test_a_stylesheet_loads_nothing(sheet):
    assert not re.search(r"@import|url\(", sheet.read_text())


def test_every_icon_that_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = set()
    for template in TEMPLATES:
        for call in re.findall(r"icon\(([^)]*)", template.read_text()):
            first = call.split(",")[0]
            named |= set(re.findall(r'"([\w-]+)"', first))
    assert {"home", "search"} <= named
    assert named - drawn - {"ascending", "ok", "info"} == set()


def test_every_file_of_ours_that_a_template_loads_exists():
    loaded = set()
    for template in TEMPLATES:
        loaded |= set(re.findall(r'"/static/([\w./-]+)\?v=', template.read_text()))
    base = (ROOT / "templates" / "base.html").read_text()
    for folder, variable in (("css", "sheet"), ("js", "script")):
        names = re.search(rf"for {variable} in \(([^)]*)\)", base).group(1)
        loaded |= {f"{folder}/{name}.{folder}" for name in re.findall(r'"(\w+)"', names)}
    for script in SCRIPTS:
        loaded |= {
            f"js/{name}" for name in re.findall(r'from "\./([\w-]+\.js)"', script.read_text())
        }
    missing = [name for name in loaded if not (STATIC / name).is_file()]
    assert missing == []
    unused = {*SHEETS, *SCRIPTS} - {STATIC / name for name in loaded}
    assert unused == set()
