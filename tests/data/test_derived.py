"""Telephones and e-mails are kept as typed, normalised where they can be, refused never."""

import pytest


@pytest.fixture
def number(working):
    contact = working.model("contacts.contact").create(name="Bahor Market")
    telephone = working.model("contacts.telephone")
    return lambda text: telephone.create(contact=contact, number=text)


@pytest.mark.requirement("S39")
@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("+998 90 123-45-67", "+998901234567"),
        ("90 123 45 67", "+998901234567"),
        ("ichki 214", ""),
        ("(5) 555-4729", ""),
    ],
)
def test_a_number_is_kept_as_typed_and_normalised_where_it_can_be(number, working, typed, normal):
    made = number(typed)
    kept = working.model("contacts.telephone").get_by_id(made.id)
    assert (kept.number, kept.normal) == (typed, normal)


def test_the_normal_form_follows_every_way_of_writing(number, working):
    model = working.model("contacts.telephone")
    made = number("90 123 45 67")
    made = model.get_by_id(made.id)
    made.number = "91 123 45 67"
    made.save()
    assert model.get_by_id(made.id).normal == "+998911234567"
    model.update(number="93 123 45 67").where(model.id == made.id).execute()
    assert model.get_by_id(made.id).normal == "+998931234567"
    (other,) = model.create_many([{"contact": made.contact_id, "number": "94 123 45 67"}])
    assert model.get_by_id(other).normal == "+998941234567"


def test_nobody_sets_the_normal_form(number, working):
    model = working.model("contacts.telephone")
    made = number("90 123 45 67")
    model.update(normal="+1").where(model.id == made.id).execute()
    assert model.get_by_id(made.id).normal == "+998901234567"


def test_an_address_is_kept_as_typed_and_normalised(working):
    contact = working.model("contacts.contact").create(name="Bahor Market")
    email = working.model("contacts.email")
    made = email.create(contact=contact, address="Sales@Example.UZ ")
    kept = email.get_by_id(made.id)
    assert kept.address == "Sales@Example.UZ "
    assert kept.normal == "sales@example.uz"
