"""Papers as pictures: nothing leaves the page, every letter is drawn as one."""

import pypdfium2
import pytest
from PIL import ImageChops, ImageOps, ImageStat

from tests.paper.conftest import paper

SCALE = 2.0
EDGE = 5 * 72 / 25.4  # points that stay empty around every page: a printer reaches no further
WORDS = "Oʻzbekiston gʻalla sanʼat ‘’ №"
CYRILLIC = "Ўзбекистон ғалла ҳисоб қарз Ёжик"
LETTERS = sorted({*WORDS, *CYRILLIC} - {" "})
NOWHERE = "\U0010fffd"  # no font has it: what is drawn instead is a box
LONG = "Xalqaro" * 30


def pictures(body):
    """(page, its picture in grey) of each page of a PDF."""
    for page in pypdfium2.PdfDocument(body):
        yield page, page.render(scale=SCALE, grayscale=True).to_pil()


def inked(picture):
    """The box around all that is not white."""
    return ImageOps.invert(picture).getbbox()


def said(page):
    return page.get_textpage().get_text_range()


def drawn(page, picture):
    """{sign: its picture} of the signs of a page."""
    text = page.get_textpage()
    found = {}
    for place in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(place)
        height = page.get_height()
        box = [round(SCALE * side) for side in (left, height - top, right, height - bottom)]
        if box[2] > box[0] and box[3] > box[1]:
            sign = text.get_text_range(place, 1)
            found[sign] = normal(picture.crop(box))
    return found


def normal(picture):
    """A sign as white on black, of one size."""
    return ImageOps.invert(picture).resize((32, 32))


def is_within_the_page(picture):
    left, top, right, bottom = inked(picture)
    edge = EDGE * SCALE
    return (
        left >= edge
        and top >= edge
        and picture.width - right >= edge
        and picture.height - bottom >= edge
    )


@pytest.fixture
def stuffed(contact, working):
    """A customer whose every text is as long as it may be, without a place to break it."""
    model = type(contact)
    organization = working.model("core.organization")
    organization.create(name=f"{WORDS} MChJ", address=LONG[:100])
    model.update(city=LONG[:100], address=f"{WORDS} {CYRILLIC}", job=LONG[:100]).where(
        model.id == contact.id
    ).execute()
    model.create_many({"name": f"{CYRILLIC} {n}", "city": LONG[:100]} for n in range(40))
    return contact


@pytest.mark.requirement("S8")
@pytest.mark.parametrize("place", ["print.pdf", "{id}/print/sheet.pdf"])
def test_nothing_leaves_the_page_and_all_of_it_is_said(stuffed, as_role, place):
    url = f"/contacts/contact/{place.format(id=stuffed.id)}"
    answer = as_role("contacts.manager", language="uz").get(url)
    assert answer.status_code == 200
    pages = list(pictures(answer.data))
    assert all(is_within_the_page(picture) for _page, picture in pages)
    text = " ".join(said(page) for page, _picture in pages)
    assert "Bahor Market" in text
    assert ("ғалла" if place == "print.pdf" else "gʻalla") in text


def test_every_letter_of_our_languages_is_drawn_as_itself(printer):
    found = {}
    for page, picture in pictures(printer.print(lines_of(LETTERS))):
        found |= drawn(page, picture)
    assert set(LETTERS) <= set(found)
    [(_page, picture)] = pictures(printer.print(lines_of([NOWHERE])))
    box = normal(picture.crop(inked(picture)))
    boxes = [sign for sign in LETTERS if distance(found[sign], box) < distance(found["O"], box) / 4]
    assert boxes == []
    assert all(found[sign].getbbox() for sign in LETTERS)


def lines_of(signs):
    return paper("".join(f"<p style='font-size: 24pt; margin: 0'>{sign}" for sign in signs))


def distance(one, other):
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).sum)
