"""The papers of the warehouse."""

import io
from decimal import Decimal

import pypdf
import pytest

from core.data.actor import system
from core.modules.registry import using
from core.paper.documents import DataMark


@pytest.fixture
def move(with_warehouse):
    """A box that goes out."""
    with using(with_warehouse.registry()) as registry, system("a test"):
        item = registry.model("warehouse.item").create(name="Quti", sku="B-1")
        moves = registry.model("warehouse.move")
        return moves.create(item=item, direction="out", quantity=Decimal("2.5"))


def test_a_move_has_a_waybill_in_the_language_of_the_reader(with_warehouse, browser_of, move):
    keeper = browser_of(with_warehouse, "warehouse.user", language="uz")
    url = f"/warehouse/move/{move.id}/print/warehouse.waybill.pdf"
    assert url in keeper.get(f"/warehouse/move/{move.id}").text
    reader = pypdf.PdfReader(io.BytesIO(keeper.get(url).data))
    text = reader.pages[0].extract_text()
    assert "Yuk xati" in text
    assert "Quti" in text
    assert "2.5" in text


def test_papers_about_a_contact_know_when_goods_may_be_brought(with_warehouse, move):
    with using(with_warehouse.registry()) as registry, system("a test"):
        contact = registry.model("contacts.contact").create(name="Bahor", warehouse_hours="9-18")
        [extra] = registry.marked_by(DataMark)
        assert extra.function(contact) == {"hours": "9-18"}
