"""What the tests of forms share: how a form is opened, filled in and sent."""

import html
import re

LIST = "/contacts/contact/"


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def was(page):
    return html.unescape(re.search(r'name="was" value="([^"]*)"', page.text).group(1))


def edit(browser, id, **values):
    """Open the form of a record, type some values and save."""
    page = browser.get(f"{LIST}{id}/edit")
    return browser.post(f"{LIST}{id}/edit", {"version": version(page), "was": was(page), **values})


def reached(working, id):
    return working.model("contacts.contact").get_by_id(id)


def numbers(contact):
    return [line.number for line in contact.telephones.order_by(contact.telephones.model.id)]


def lines(contact, *lines):
    """What a form sends of telephones: (id or "", number) of each line."""
    sent = {"telephones-lines": "1"}
    for place, (id, number) in enumerate(lines):
        sent[f"telephones-{place}-id"] = str(id)
        sent[f"telephones-{place}-kind"] = "work"
        sent[f"telephones-{place}-number"] = number
    return sent


def way_back(page):
    """(address, {name: value}) of the form in the message of a page."""
    url, inputs = re.search(
        r'class="toastx.*?action="([^"]+)">(.*?)<button', page.text, re.S
    ).groups()
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', inputs))
    return url, {name: html.unescape(value) for name, value in sent.items()}
