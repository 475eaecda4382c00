"""Attacks by formatted texts: whatever way they come in and go out, nothing in them runs."""

import re

import pytest

from core.data.actor import system
from core.data.database import db
from core.data.richtext import cleaned
from core.modules.registry import using

ITEM = "/warehouse/item/"
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1) style='position:fixed;inset:0'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=https://example.org><input name=password><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href=https://example.org>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p>{{7*7}}{% raw %}</p>",
    "<p><!-- <img src=x onerror=alert(1)> --></p>",
    "<a href='https://example.org' target=_blank rel=opener>x</a>",
)
LIVE = re.compile(
    r"<(?!/?(?:p|div|br|b|strong|i|em|u|s|del|a|ul|ol|li|h[123]|blockquote|pre|code)\b)"
    r"|<[^>]*\s(?:on\w+|style|src|target)\s*="
    r"|href=\"(?!https?:|mailto:|tel:)",
    re.IGNORECASE,
)


@pytest.fixture
def items(with_warehouse):
    with using(with_warehouse.registry()) as registry, system("a test"):
        yield registry.model("warehouse.item")


@pytest.fixture
def keeper(with_warehouse, browser_of):
    return browser_of(with_warehouse, "warehouse.manager")


def shown(page):
    """What stands on a page in the place of the formatted text."""
    found = re.search(r'<div class="rich">(.*?)</div></dd>', page.text, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.attack(26)
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_remains(attack):
    for text in (attack, f"<div>{attack}</div>", f"<p>{attack}", attack * 3):
        kept = cleaned(text)
        assert not LIVE.search(kept), kept
        assert "rel=" not in kept or 'rel="noopener noreferrer nofollow"' in kept


@pytest.mark.attack(26)
def test_attacks_by_the_form_and_past_it_are_stripped(with_warehouse, items, keeper):
    values = {"name": "Box", "unit": "piece"}
    for number, attack in enumerate(ATTACKS):
        sent = {**values, "sku": f"A-{number}", "description": f"<p>{attack}</p>"}
        made = keeper.post(f"{ITEM}new", sent)
        assert made.status_code == 303
        assert not LIVE.search(items.get(sku=f"A-{number}").description)
        assert not LIVE.search(shown(keeper.get(made.location)))
        form = keeper.get(f"{made.location}/edit").text
        assert "<script>alert" not in form
        assert "<img" not in form


@pytest.mark.attack(26)
def test_what_was_written_past_the_program_is_stripped_when_it_is_shown(items, keeper):
    item = items.create(name="Box", sku="B-9")
    place = db.obj.param
    for attack in ATTACKS:
        sql = f"UPDATE warehouse_item SET description = {place} WHERE id = {place}"
        db.execute_sql(sql, [f"<p>x {attack}</p>", item.id])
        page = keeper.get(f"{ITEM}{item.id}")
        assert page.status_code == 200
        assert not LIVE.search(shown(page))
        assert not re.search(r"<img src=x|onerror=alert|<svg onload|>49<", page.text)
