"""How the tests of imports send files, check them, and look at what became of them."""

import html
import re
from io import BytesIO

import openpyxl

from core.testing.instances import BASE_URL

LIST = "/contacts/contact/"


def upload(browser, content, name="mijozlar.csv", address=LIST):
    """The answer to a file that is sent."""
    content = content.encode() if isinstance(content, str) else content
    # By hand: the test client leaves the temporary file of a large form open.
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return browser.client.post(
        f"{address}import",
        data=head.encode() + content + b"\r\n--B--\r\n",
        content_type="multipart/form-data; boundary=B",
        headers={"X-CSRFToken": browser.csrf_token()},
        base_url=BASE_URL,
    )


def send(browser, content, name="mijozlar.csv", address=LIST):
    """Send a file; answers the address of its page."""
    answer = upload(browser, content, name, address)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def checked(browser, content, places, key="", name="mijozlar.csv", address=LIST):
    """Send a file and check it with these columns; answers the address of its page."""
    url = send(browser, content, name, address)
    answer = browser.post(f"{url}/check", {"place": places, "key": key})
    assert answer.status_code == 303, answer.text
    return url


def counts(page):
    """(new, changed, the same, errors) as the page tells them."""
    found = [int(n.replace(",", "")) for n in re.findall(r'class="kpi[^"]*">([\d,]+)<', page)]
    return tuple(found[1:5])


def problems(page):
    """What stands beside the cells and rows."""
    beside = re.findall(
        r'<span (?:id="said-[^"]*"|class="imp-said")>.*?</svg>\s*([^<]*)', page, re.S
    )
    return [html.unescape(text.strip()) for text in beside]


def workbook(*rows):
    """An Excel file of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
