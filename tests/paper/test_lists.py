"""Lists on paper: what is seen, who may take it out, and where it is cut."""

import pytest

from core.exchange.exports.book import Export
from core.web.lists.printing import MOST_ON_PAPER
from tests.paper.conftest import reader_of, text_of

PRINT = "/contacts/contact/print.pdf"


@pytest.fixture
def contacts(working):
    made = working.model("contacts.contact")
    towns = {"Bahor": "Buxoro", "Anor": "Toshkent", "Chinor": "Buxoro"}
    made.create_many({"name": name, "city": towns[name], "status": "lead"} for name in towns)
    return made


@pytest.mark.requirement("S8")
def test_a_list_is_printed_as_it_is_filtered_and_sorted(contacts, as_role):
    manager = as_role("contacts.manager")
    asked = "?city=Buxoro&city.op=%3D&sort=-name"
    link = f'href="{PRINT}{asked}"'.replace("&", "&amp;")
    assert link in manager.get(f"/contacts/contact/{asked}").text
    answer = manager.get(f"{PRINT}{asked}")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    assert "Anor" not in text
    assert text.index("Chinor") < text.index("Bahor")
    for word in ("Contacts", "City: Buxoro", "Records: 2", "Telephone", "Lead", "Page 1 of 1"):
        assert word in text
    page = reader_of(answer.data).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    told = Export.get()
    assert (told.model, told.format, told.rows) == ("contacts.contact", "pdf", 2)


@pytest.mark.attack(9)
def test_who_may_not_export_gets_no_link_and_is_refused(contacts, as_role):
    user = as_role("contacts.user")
    assert "print.pdf" not in user.get("/contacts/contact/").text
    assert user.get(PRINT).status_code == 403
    assert as_role("contacts.manager").get(f"{PRINT}?sort=secret").status_code == 400
    assert Export.select().count() == 0


def test_a_long_list_is_cut_with_a_sentence_and_keeps_its_head_on_every_page(contacts, as_role):
    contacts.create_many({"name": f"Mijoz {number:03}"} for number in range(MOST_ON_PAPER))
    answer = as_role("contacts.manager", language="ru").get(PRINT)
    pages = [page.extract_text() for page in reader_of(answer.data).pages]
    assert f"Напечатаны только первые записи: {MOST_ON_PAPER} из 303." in pages[0]
    assert len(pages) > 5
    assert all("Название" in text for text in pages)
    assert all(f"Стр. {n} из {len(pages)}" in text for n, text in enumerate(pages, 1))
    assert sum(text.count("Mijoz") for text in pages) == MOST_ON_PAPER - 3


def test_an_empty_list_is_a_paper_too(working, as_role):
    assert "Records: 0" in text_of(as_role("contacts.manager").get(PRINT).data)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("uz", "1-bet, jami 1"),
        ("uz-Cyrl", "1-бет, жами 1"),
        ("ru", "Стр. 1 из 1"),
        ("en", "Page 1 of 1"),
    ],
)
def test_pages_are_counted_in_the_language_of_the_reader(contact, as_role, language, said):
    manager = as_role("contacts.manager", language=language)
    for paper in (PRINT, f"/contacts/contact/{contact.id}/print/sheet.pdf"):
        assert said in text_of(manager.get(paper).data)
