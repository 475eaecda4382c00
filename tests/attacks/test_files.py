"""Files of every screen: who may not see the record reaches none, and can put none there."""

import io

import pytest

from core.attached.files.attaching import attach, take_in
from core.attached.files.models import Attachment
from core.config import MEGABYTE
from core.data.actor import system
from tests.attacks.test_records import NEVER, READERS, masked, reached

SOME = 20  # records of each screen


@pytest.fixture(scope="module")
def filed(world, site):
    """{(table, id): number of a file} on some records of every screen."""
    numbers = {}
    with system("a test attaches files"):
        for view in site.app.extensions["model_views"]:
            for record in view.model.select().order_by(view.model.id).limit(SOME):
                name = f"maxfiy-{view.model.__name__}-{record.id}.txt"
                file = take_in(io.BytesIO(name.encode()), name, MEGABYTE)
                numbers[view.model, record.id] = attach(record, [file])[0].id
    return numbers


@pytest.mark.attack(12)
@pytest.mark.attack(19)
def test_a_file_of_a_hidden_record_is_like_one_that_never_was(site, world, filed):
    tried = 0
    with site.unchanged():
        for view in site.app.extensions["model_views"]:
            for kind in READERS:
                browser = site.browser(kind)
                reach, _ = reached(world, kind, view.model)
                mine = {id: n for (model, id), n in filed.items() if model is view.model}
                for id, number in mine.items():
                    for path in ("files", f"files/{number}"):
                        never = browser.get(f"{view.list_url}{NEVER}/{path}")
                        page = browser.get(f"{view.list_url}{id}/{path}", buffered=True)
                        if id in reach:
                            assert page.status_code == 200, (view.model, kind, path)
                            continue
                        tried += 1
                        assert page.status_code == never.status_code in (403, 404)
                        assert "maxfiy" not in page.text
                        assert masked(page.text, id) == masked(never.text, NEVER, id)
    assert tried > 20


@pytest.mark.attack(11)
@pytest.mark.attack(19)
def test_nobody_attaches_removes_or_brings_back_on_a_hidden_record(site, world, filed):
    tried = 0
    with site.unchanged():
        for view in site.app.extensions["model_views"]:
            for kind in READERS:
                browser = site.browser(kind)
                reach, _ = reached(world, kind, view.model)
                hidden = {i: n for (m, i), n in filed.items() if m is view.model and i not in reach}
                for id, number in list(hidden.items())[:3]:
                    url = f"{view.list_url}{id}/files"
                    sent = {"file": (io.BytesIO(b"words"), "a.txt")}
                    answers = [
                        browser.post(url, sent),
                        browser.post(f"{url}/{number}/remove"),
                        browser.post(f"{url}/{number}/restore"),
                    ]
                    tried += 1
                    assert {answer.status_code for answer in answers} <= {403, 404}
    assert tried > 10


@pytest.mark.attack(19)
def test_a_file_of_another_record_is_not_reached_through_an_own_one(site, world, filed):
    contact = world.contact
    own = sorted(world.reach("own") & {id for model, id in filed if model is contact})
    foreign = [n for (model, id), n in filed.items() if (model, id) != (contact, own[0])]
    browser = site.browser("own")
    with site.unchanged():
        for number in foreign:
            url = f"/contacts/contact/{own[0]}/files/{number}"
            assert browser.get(url).status_code == 404
            assert browser.post(f"{url}/remove").status_code == 404
            assert browser.post(f"{url}/restore").status_code == 404
        for row in list(Attachment.select().limit(3)):
            url = f"/contacts/contact/{own[0]}/files/{row.hash}"
            assert browser.get(url).status_code == 404
