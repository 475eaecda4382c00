"""Amounts of money, with the price of an item: wherever values go, its currency goes along."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest

from core.access.accounts import create_token
from core.data.actor import system
from core.errors import UserError
from core.exchange.importing import import_file
from core.modules.registry import current_registry, using
from core.testing.instances import BASE_URL

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
        token = create_token(keeper.user)

    def send(method, path, body=None):
        return keeper.client.application.test_client().open(
            path,
            method=method,
            json=body,
            base_url=BASE_URL,
            headers={"Authorization": f"Bearer {token}"},
        )

    return send


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
