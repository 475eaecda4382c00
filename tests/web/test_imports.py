"""A file is sent, its columns named, its rows looked at and corrected, written and taken back."""

import pytest

from core.data.actor import system
from core.testing.instances import BASE_URL

LIST = "/contacts/contact/"
ROLE = "contacts.manager"


def send(browser, content, name="mijozlar.csv"):
    """Send a file; answers the address of its page."""
    content = content.encode() if isinstance(content, str) else content
    # By hand: the test client leaves the temporary file of a large form open.
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    answer = browser.client.post(
        f"{LIST}import",
        data=head.encode() + content + b"\r\n--B--\r\n",
        content_type="multipart/form-data; boundary=B",
        headers={"X-CSRFToken": browser.csrf_token()},
        base_url=BASE_URL,
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def checked(browser, content, places, key="", name="mijozlar.csv"):
    """Send a file and check it with these columns; answers the address of its page."""
    url = send(browser, content, name)
    answer = browser.post(f"{url}/check", {"place": places, "key": key})
    assert answer.status_code == 303, answer.text
    return url


@pytest.fixture
def manager(as_role):
    return as_role(ROLE, "core.staff")


@pytest.fixture
def contacts(working):
    """Make `contacts()`: {name: record} of all that there are now."""

    def read():
        with system("a test looks"):
            return {row.name: row for row in working.model("contacts.contact").select()}

    return read


@pytest.mark.requirement("S8")
def test_a_file_becomes_contacts_and_is_taken_back(manager, contacts):
    assert f'href="{LIST}import"' in manager.get(LIST).text
    url = send(manager, "Mijoz nomi,Tel 1,Shahar\nBahor Market,+998901234567,Buxoro\nOlmazor,,\n")
    page = manager.get(url).text
    assert '<option value="name" selected>' in page
    assert '<option value="telephones.1.number" selected>' in page
    assert '<option value="city" selected>' in page

    manager.post(f"{url}/check", {"place": ["name", "telephones.1.number", "city"], "key": ""})
    page = manager.get(url).text
    assert "Import rows: 2" in page
    assert contacts() == {}

    assert manager.post(f"{url}/run").status_code == 303
    made = contacts()
    assert set(made) == {"Bahor Market", "Olmazor"}
    assert made["Bahor Market"].city == "Buxoro"
    with system("a test looks"):
        assert [line.number for line in made["Bahor Market"].telephones] == ["+998901234567"]
    assert "The import is done" in manager.get(url).text

    assert "Undo the import" in manager.get(f"{url}/undo").text
    manager.post(f"{url}/undo")
    assert contacts() == {}
    assert "The import was undone" in manager.get(url).text
