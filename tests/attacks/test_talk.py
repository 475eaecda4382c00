"""What people say about a record, and who hears of it, is out of reach with the record."""

import pytest

from core.attached.comments import write_comment
from core.attached.following import follow
from core.attached.models import Comment
from core.data.actor import acting_as
from tests.attacks.test_records import NEVER, READERS, masked, reached

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)> @xodim"


@pytest.fixture(scope="module")
def talked(world, site):
    """The site, after the admin commented every contact."""
    with acting_as(world.actor("admin")):
        for record in world.contact.select():
            write_comment(record, f"Sirli-{record.id} {SCRIPT}")
            follow(world.people["all"], record)
    return site


def deeds(id):
    comment = Comment.get(Comment.record == id).id if id != NEVER else NEVER
    return (
        *(f"{id}/comments", f"{id}/comments/{comment}/remove"),
        f"{id}/comments/{comment}/restore",
        *(f"{id}/follow", f"{id}/unfollow", f"{id}/history/1/restore"),
    )


@pytest.mark.attack(11)
@pytest.mark.attack(12)
def test_a_hidden_record_is_neither_commented_nor_followed(talked, world):
    url = "/contacts/contact/"
    tried = 0
    with talked.unchanged():
        for kind in READERS:
            browser = talked.browser(kind)
            reach, every = reached(world, kind, world.contact)
            form = {"csrf_token": browser.csrf_token(), "text": "Men ham", "version": "1"}
            for id in sorted(set(every) - set(reach))[:4]:
                for path, none in zip(deeds(id), deeds(NEVER), strict=True):
                    answer, never = browser.post(url + path, form), browser.post(url + none, form)
                    assert answer.status_code == never.status_code in (403, 404), (kind, path)
                    assert masked(answer.text, id) == masked(never.text, NEVER, id)
                    tried += 1
                assert browser.get(f"{url}{id}/people?search=").status_code in (403, 404)
    assert tried > 10


@pytest.mark.attack(12)
@pytest.mark.attack(25)
def test_comments_are_shown_as_text_to_whom_the_record_is_shown(talked, world):
    seen = 0
    for kind in READERS:
        browser = talked.browser(kind)
        reach, every = reached(world, kind, world.contact)
        for id in sorted(reach)[:4]:
            text = browser.get(f"/contacts/contact/{id}").text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            others = [other for other in every if other != id and f"Sirli-{other} " in text]
            assert others == []
            seen += "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert seen > 3
