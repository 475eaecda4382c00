"""Amounts of money, with the price of an item: wherever values go, its currency goes along."""

import csv
import io
import json
import re
from decimal import Decimal
from functools import partial

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.data.money import Money
from core.errors import UserError
from core.exchange.exports.gathering import Gathering
from core.exchange.exports.tables import csv_texts, names_for_programs, table_for_programs
from core.exchange.importing import import_file
from core.exchange.selection import Ask, Selection
from core.exchange.uploads.words import wide_reader
from core.modules.registry import current_registry, using
from core.paper.documents import plain as plain_values

LIST = "/warehouse/item/"
API = "/api/v1/warehouse/item"
NEW = {"name": "Quti", "sku": "B-1", "unit": "piece", "price": "1250.50", "currency": "UZS"}


@pytest.fixture
def keeper(with_warehouse, browser_of):
    return browser_of(with_warehouse, "warehouse.manager")


@pytest.fixture
def program(with_warehouse, keeper):
    """Make `program("GET", path, json)`: what sends requests with a token of the keeper."""
    with using(with_warehouse.registry()), system("a test makes a token"):
        return partial(keeper.as_program, create_token(keeper.user))


def plain(text):
    return text.replace("\u00a0", " ")


def test_an_amount_is_typed_and_read_with_its_currency(keeper):
    url = keeper.post(f"{LIST}new", NEW).location
    assert "1,250.50" in plain(keeper.get(url).text)
    assert 'value="1250.50"' in keeper.get(f"{url}/edit").text
    assert "UZS 1,250.50" in plain(keeper.get(LIST).text)
    keeper.post(f"{url}/edit", {"version": "1", "price": "77", "currency": "JPY"})
    assert "JPY 77<" in plain(keeper.get(LIST).text)


def test_an_amount_has_no_more_digits_than_its_currency(keeper):
    answer = keeper.post(f"{LIST}new", {**NEW, "currency": "JPY"})
    assert answer.status_code == 422
    assert "more digits after the point than JPY has" in answer.text
    assert "Quti" not in keeper.get(LIST).text


def test_programs_write_and_read_amounts_as_texts(program):
    made = program("POST", API, {"name": "A", "sku": "A", "price": "12.50", "currency": "USD"})
    assert made.status_code == 201
    assert made.json["price"] == "12.50"
    id, url = made.json["id"], f"{API}/{made.json['id']}"
    yen = program("POST", API, {"name": "B", "sku": "B", "price": "300", "currency": "JPY"})
    assert yen.json["price"] == "300"
    told = program("PATCH", url, {"version": 1, "price": "7"})
    assert told.json["price"] == "7.00"
    assert program("PATCH", url, {"version": 2, "price": 7}).status_code == 422
    assert program("PATCH", url, {"version": 2, "price": "7.001"}).status_code == 400
    answer = program("GET", f"{API}?fields=price&sort=price")
    prices = {item["id"]: item["price"] for item in answer.json["items"]}
    assert prices[id] == "7.00"
    assert prices[yen.json["id"]] == "300"
    schema = program("GET", "/api/v1/openapi.json").json
    assert "decimal" in json.dumps(schema)


def test_an_amount_stays_the_same_amount_in_another_currency(program):
    made = program("POST", API, {"name": "A", "sku": "A", "price": "12.00", "currency": "USD"})
    url = f"{API}/{made.json['id']}"
    assert program("PATCH", url, {"version": 1, "currency": "JPY"}).json["price"] == "12"
    assert program("PATCH", url, {"version": 2, "currency": "UZS"}).json["price"] == "12.00"


def test_a_filter_compares_amounts_of_every_currency(program):
    for sku, price, currency in (("A", "10.50", "USD"), ("B", "11", "JPY"), ("C", "10", "JPY")):
        body = {"name": sku, "sku": sku, "price": price, "currency": currency}
        assert program("POST", API, body).status_code == 201

    def found(operator, value):
        where = json.dumps([["price", operator, value], ["sku", "in", ["A", "B", "C"]]])
        answer = program("GET", f"{API}?fields=sku&filter={where}")
        return sorted(item["sku"] for item in answer.json["items"])

    assert found(">=", "10.50") == ["A", "B"]
    assert found(">", "10.50") == ["B"]
    assert found("<", "10.50") == ["C"]
    assert found("=", "10.50") == ["A"]
    assert found("!=", "10.50") == ["B", "C"]
    assert found("in", ["10", "10.5"]) == ["A", "C"]
    assert found("empty", False) == ["A", "B", "C"]
    bad = program("GET", f'{API}?filter=[["price","=","ten"]]')
    assert bad.status_code == 400


@pytest.mark.parametrize("name", ["price", "reorder_level"])
def test_a_filter_by_what_no_column_holds_is_refused_in_a_sentence(program, name):
    for value in ("NaN", "9" * 18, "9" * 25, f"-{'9' * 19}"):
        answer = program("GET", f'{API}?filter=[["{name}","=","{value}"]]')
        assert answer.status_code == 400, value
        assert name in answer.json["detail"]
    answer = program("GET", f'{API}?filter=[["{name}","in",[null,"1500"]]]&fields=sku')
    assert [item["sku"] for item in answer.json["items"]] == ["BOX"][: name == "price"]


def test_amounts_are_summed_for_each_currency_alone(keeper):
    for sku, price, currency in (("A", "10", "USD"), ("B", "2.5", "USD"), ("C", "300", "JPY")):
        keeper.post(f"{LIST}new", {**NEW, "sku": sku, "price": price, "currency": currency})
    page = plain(keeper.get(f"{LIST}?group=unit").text)
    assert '<b class="num">$12.50</b>' in page
    assert '<b class="num">JPY 300</b>' in page
    assert "UZS 1,500.00" in page


def test_files_hold_amounts_and_bring_them_back(keeper, program):
    keeper.post(f"{LIST}new", {**NEW, "price": "12.5", "currency": "USD"})
    keeper.post(f"{LIST}new", {**NEW, "sku": "J", "price": "300", "currency": "JPY"})
    text = keeper.get(f"{LIST}export.csv?columns=name,sku,price").text
    rows = {row["Code"]: row["Price"] for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}
    assert rows["B-1"] == "12.50"
    assert rows["J"] == "300"


def test_an_import_reads_amounts_in_the_currency_of_their_row(with_warehouse, tmp_path):
    file = tmp_path / "items.csv"
    file.write_text("name,sku,price,currency\nA,A,12.5,USD\nB,B,300,JPY\nC,C,1.001,UZS\n")
    with using(with_warehouse.registry()), system("a test imports"):
        outcome = import_file("warehouse.item", file)
        assert outcome.problems.shown[0].line == 4
        file.write_text("name,sku,price,currency\nA,A,12.5,USD\nB,B,300,JPY\n")
        assert import_file("warehouse.item", file).is_kept
        model = current_registry().model("warehouse.item")
        kept = {item.sku: str(item.price) for item in model.select()}
    assert kept["A"] == "12.50"
    assert kept["B"] == "300"


def test_the_history_says_amounts_with_their_currency_and_gives_them_back(keeper):
    url = keeper.post(f"{LIST}new", {**NEW, "price": "300", "currency": "JPY"}).location
    keeper.post(f"{url}/edit", {"version": "1", "price": "400"})
    page = plain(keeper.get(url).text)
    assert "JPY 300" in page
    assert "JPY 400" in page
    undo = re.search(r'action="([^"]+/history/[0-9]+/restore)"', page)[1]
    restored = keeper.post(undo, {"version": "2"})
    assert restored.status_code == 303
    assert "JPY 300" in plain(keeper.get(LIST).text)


def test_an_addon_gives_an_amount_or_whole_minor_units(with_warehouse):
    with using(with_warehouse.registry()), system("a test makes items"):
        model = current_registry().model("warehouse.item")
        one = model.create(name="A", sku="A", price=Decimal("12.5"), currency="USD")
        two = model.create(name="B", sku="B", price=300, currency="JPY")
        assert (one.price, str(model.get_by_id(one.id).price)) == (1250, "12.50")
        assert str(model.get_by_id(two.id).price) == "300"
        with pytest.raises(UserError, match="whole minor units"):
            model.create(name="C", sku="C", price=1.5)
        one.price = Decimal("0.01")
        one.save()
        assert model.get_by_id(one.id).price == 1
        one.currency = "JPY"
        one.price = Decimal(3)
        one.save()
        one.currency = "USD"
        one.save()
        assert str(model.get_by_id(one.id).price) == "3.00"


def test_many_amounts_are_set_at_once_each_in_its_currency_and_taken_back(keeper):
    ids = []
    for sku, price, currency in (("A", "10.5", "USD"), ("J", "300", "JPY")):
        made = keeper.post(f"{LIST}new", {**NEW, "sku": sku, "price": price, "currency": currency})
        ids.append(made.location.rpartition("/")[2])
    form = {"id": ids, "set": ["price"], "price": "7"}
    preview = keeper.post(f"{LIST}bulk", {**form, "step": "preview"})
    assert "2 records will be changed." in preview.text
    done = keeper.post(f"{LIST}bulk", {**form, "step": "do"})
    page = plain(keeper.get(LIST).text)
    assert "$7.00" in page
    assert "JPY 7<" in page
    keeper.post(f"{done.location}/undo")
    page = plain(keeper.get(LIST).text)
    assert "$10.50" in page
    assert "JPY 300" in page
    refused = keeper.post(f"{LIST}bulk", {**form, "price": "7.5", "step": "preview"})
    assert "more digits after the point than JPY has" in refused.text


def test_a_conflict_shows_both_amounts(keeper):
    url = keeper.post(f"{LIST}new", {**NEW, "currency": "USD"}).location
    keeper.post(f"{url}/edit", {"version": "1", "price": "8"})
    answer = keeper.post(f"{url}/edit", {"version": "1", "price": "9"})
    assert answer.status_code == 409
    assert "8.00" in answer.text
    assert "9" in answer.text


def test_an_export_of_the_verb_is_what_an_import_reads(with_warehouse, tmp_path):
    with using(with_warehouse.registry()) as registry, system("a test exports"):
        model = registry.model("warehouse.item")
        for sku, price, currency in (("A", "10.5", "USD"), ("J", "300", "JPY")):
            values = {"price": Decimal(price), "currency": currency}
            model.create(name=sku, sku=sku, **values)
        gathering = Gathering(Selection(model, Ask()), names_for_programs(model))
        table = table_for_programs(gathering)
        file = tmp_path / "items.csv"
        file.write_bytes(b"".join(csv_texts(table, gathering.batches(gathering.ids()))))
        model.update(price=None).where(model.sku.in_(["A", "J"])).execute()
        assert import_file("warehouse.item", file).is_kept
        assert [str(model.get(model.sku == sku).price) for sku in ("A", "J")] == ["10.50", "300"]


def test_a_paper_says_an_amount_as_people_do():
    amounts = {"dear": Money(1250, "USD"), "cheap": Money(300, "JPY"), "bare": Money(5)}
    assert {n: plain(text) for n, text in plain_values(amounts).items()} == {
        "dear": "$12.50",
        "cheap": "JPY 300",
        "bare": "0.05",
    }


def test_a_file_of_people_writes_an_amount_as_they_do(with_warehouse):
    with using(with_warehouse.registry()) as registry:
        price = registry.fields(registry.model("warehouse.item"))["price"]
        read = wide_reader(price)
        assert read("1\u00a0250,50") == Decimal("1250.50")
        assert read("1,250.50") == Decimal("1250.50")
