"""The page for authors of addons holds the files of its warehouse, and every promised name.

`python -m tests.contracts.test_addon_docs` writes the files anew into their blocks.
"""

import re

import pytest

from core import api
from core.config import ROOT

FILE = ROOT / "docs/addons.md"
PAGE = FILE.read_text("utf-8")
WAREHOUSE = ROOT / "tests/warehouse/addons/warehouse"
BLOCK = re.compile(r"(^`(\S+)`:\n\n```\S+\n)(.*?)(\n```$)", re.MULTILINE | re.DOTALL)
BLOCKS = {name: text for _begin, name, text, _end in BLOCK.findall(PAGE)}
SHOWN = (".py", ".toml", ".html")


def text_of(name):
    return (WAREHOUSE / name).read_text("utf-8").rstrip()


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_of_the_page_is_the_file_that_the_suite_runs(name):
    assert BLOCKS[name] == text_of(name)


def test_the_page_shows_every_file_of_the_warehouse():
    files = {
        file.relative_to(WAREHOUSE).as_posix()
        for file in WAREHOUSE.rglob("*")
        if file.suffix in SHOWN and file.name != "__init__.py"
    }
    assert set(BLOCKS) == files
    assert len(re.findall(r"^```\S+$", PAGE, re.MULTILINE)) == len(files)


def test_the_page_says_in_a_line_what_each_promised_name_is():
    reference = PAGE.split("## All that can be imported")[1]
    assert re.findall(r"^\| `(\w+)` \| \S.* \|$", reference, re.MULTILINE) == api.__all__


if __name__ == "__main__":
    FILE.write_text(BLOCK.sub(lambda found: found[1] + text_of(found[2]) + found[4], PAGE), "utf-8")
