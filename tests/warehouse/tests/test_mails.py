"""Suppliers announce goods by mail to the warehouse: known ones only, each mail once."""

import pytest

from core.attached.replies import take_in
from core.background.mail.models import Letter
from core.data.actor import system
from core.errors import UserError
from core.modules.checks import checked
from core.modules.registry import using
from core.web.app import KERNEL
from core.web.checks import what_it_adds

SUPPLIER = "Sales@bahor.example"


@pytest.fixture
def stock(with_warehouse, outbox):
    """The registry, with an item and a supplier; mails go out to a server of this machine."""
    with using(with_warehouse.registry()) as registry, system("a test"):
        registry.model("warehouse.item").create(name="Box", sku="B-1")
        contact = registry.model("contacts.contact").create(name="Bahor")
        registry.model("contacts.email").create(contact=contact, address=SUPPLIER)
        yield registry


def mail(subject, text="", to="stock@example.uz", sender=SUPPLIER, id="<1@bahor.example>", **more):
    lines = {"From": f"Bahor <{sender}>", "To": to, "Subject": subject, "Message_ID": id, **more}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()


def moves(registry):
    model = registry.model("warehouse.move")
    return list(model.select().order_by(model.id))


@pytest.mark.parametrize(
    "to", ["stock@example.uz", "Karvon+Stock@EXAMPLE.uz", "a@b.uz, stock@example.uz"]
)
def test_what_a_supplier_announces_is_planned_once(stock, to):
    assert take_in(mail("B-1 12", to=to)) is True
    assert take_in(mail("B-1 12", to=to)) is False
    [move] = moves(stock)
    assert (move.quantity, move.state, move.contact.name) == (12, "planned", "Bahor")
    assert move.created_by_id is None


def test_the_answer_of_the_supplier_finds_its_record(stock, outbox, run_jobs):
    take_in(mail("B-1 12"))
    run_jobs()
    [ours] = outbox.mails
    assert ours["Subject"] == "Announced: 12 × Box"
    answer = {"to": "karvon@example.uz", "id": "<2@bahor.example>"}
    take_in(
        mail(
            "Re: Announced",
            "2026-05-31\n\nOn Monday Karvon wrote:\n> Answer",
            **answer,
            In_Reply_To=ours["Message-ID"],
        )
    )
    assert str(moves(stock)[0].day) == "2026-05-31"
    more = {"id": "<3@bahor.example>", "References": "<1@bahor.example>"}
    take_in(mail("B-1 12", "2026-06-01", **more))
    assert [str(move.day) for move in moves(stock)] == ["2026-06-01"]


def test_another_supplier_who_knows_the_thread_changes_nothing(stock, outbox):
    take_in(mail("B-1 12"))
    other = stock.model("contacts.contact").create(name="Other")
    stock.model("contacts.email").create(contact=other, address="other@example.com")
    raw = mail(
        "Re", "2026-05-31", sender="other@example.com", id="<4@x>", In_Reply_To="<1@bahor.example>"
    )
    assert take_in(raw) is True
    assert "2026-05-31" not in [str(move.day) for move in moves(stock)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sender": "stranger@example.com"}, "whom we know"),
        ({"subject": "B-9 12"}, "code of an item"),
        ({"subject": "B-1 many"}, "code of an item"),
        ({"to": "nobody@example.uz"}, "answers none of ours"),
        ({"to": "stock@elsewhere.uz"}, "answers none of ours"),
    ],
)
def test_what_is_refused_changes_nothing_and_may_come_again(stock, outbox, changed, said):
    before = Letter.select().count()
    with pytest.raises(UserError, match=said):
        take_in(mail(**{"subject": "B-1 12", **changed}))
    assert moves(stock) == []
    assert Letter.select().count() == before
    assert take_in(mail("B-1 12")) is True


def test_what_a_machine_wrote_is_left(stock):
    assert take_in(mail("B-1 12", Auto_Submitted="auto-replied")) is False
    assert moves(stock) == []


def test_a_subject_begins_no_header_of_our_answer(stock, outbox, run_jobs):
    stock.model("warehouse.item").create(name="Evil\r\nBcc: other@example.uz", sku="E")
    take_in(mail("=?utf-8?q?E?= 12"))
    run_jobs()
    [ours] = outbox.mails
    assert ours["Bcc"] is None


def test_the_check_lists_the_address(with_warehouse):
    registry = checked(with_warehouse.found(), ["warehouse"], KERNEL)
    assert "Mail stock@: whoever writes a mail" in what_it_adds(registry, "warehouse")
