"""The attacks find what they look for: an addon with careless views is caught, kind by kind."""

from pathlib import Path

import pytest

from tests.attacks import browsing, closing, counting, filing, injecting, keeping, reading, writing
from tests.attacks.conftest import database_of, target_at

ADDON = Path(__file__).parent / "careless/addons"
# Where the addon stands; its tab stands on the pages of contacts.
WITHIN = ("/careless/", "/hooks/careless/", "/contacts/contact/")
LINES = {
    1: reading.line_01,
    2: reading.line_02,
    3: writing.line_03,
    6: reading.line_06,
    7: reading.line_07,
    8: counting.line_08_counts,
    9: reading.line_09,
    10: reading.line_10,
    11: writing.line_11,
    12: keeping.line_12,
    14: closing.line_14,
    17: keeping.line_17,
    18: keeping.line_18,
    19: filing.line_19,
    25: lambda target: injecting.line_25(target, injecting.poisoned(target, injecting.SCRIPT)),
    30: injecting.line_30,
    36: browsing.line_36,
    37: browsing.line_37,
    46: browsing.line_46,
}
# What is careless, the line that catches it, and what its sentence names.
KINDS = {
    "a page that reads past the rules": (1, "/careless/note/"),
    "a form that reads past the rules": (2, "/careless/note/"),
    "a column that names others": (6, "/careless/note/export.csv"),
    "a column that names others on a page": (7, "/careless/note/"),
    "an address that gives out rows": (7, "/api/v1/careless/dump tells narrow"),
    "a page without a login": (7, "/careless/board tells nobody"),
    "a tab of another addon's screen": (7, "/tabs/notes tells narrow"),
    "a search that counts hidden rows": (8, "/careless/search/"),
    "a paper that tells of others": (9, "/print/careless.paper.pdf"),
    "an address that believes who asks": (10, "/api/v1/careless/mine"),
    "news of hidden records": (12, "/notices tells of Note"),
    "an address that gives out hashes": (17, "/api/v1/careless/keys"),
    "a refusal that names the record": (18, "/careless/open/"),
    "files of a page that reads past the rules": (19, "/careless/note/"),
    "texts that are printed as they are": (25, "/careless/texts runs <script>"),
    "statements put together of texts": (30, "/api/v1/careless/find"),
    "an address for others without a signature": (36, "/hooks/careless/call"),
    "a GET that writes": (37, "/careless/seen/"),
    "a page that breaks": (46, "/careless/broken answers narrow 500"),
    # Last, for what they change is changed.
    "a batch that leaves out what is foreign": (14, "/api/v1/careless/tidy"),
    "a button that reaches for another record": (11, "merge"),
    "an address that writes what it is told": (3, "/api/v1/careless/change"),
    "a form that writes before it looks": (3, "/careless/rename"),
}


@pytest.fixture(scope="module")
def careless(request, tmp_path_factory):
    """A company that enabled the careless addon."""
    folder = tmp_path_factory.mktemp("careless")
    with (
        database_of("sqlite", request, folder) as url,
        target_at(url, folder, {"careless": ADDON}, within=WITHIN) as made,
    ):
        keeping.stir(made)
        yield made


@pytest.fixture(scope="module")
def found(careless):
    """Make `found(7)`: the sentences of a line, which is tried once."""
    known = {}

    def ask(line):
        if line not in known:
            known[line] = list(LINES[line](careless))
        return known[line]

    return ask


@pytest.mark.parametrize("kind", KINDS)
def test_carelessness_is_caught(found, kind, clock):
    line, named = KINDS[kind]
    assert [sentence for sentence in found(line) if named in sentence], "\n".join(found(line)[:20])
