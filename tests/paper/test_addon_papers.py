"""Papers of addons: a broken template says so in one sentence, a hidden field stands on none."""

import pytest

from core.data.actor import system
from core.modules import lifecycle
from core.modules.registry import using
from tests.paper.conftest import text_of

DOCUMENTS = """
from addons.contacts.models import Contact
from core.api import document

def said(contact):
    parent = contact.parent
    return {
        "name": contact.name,
        "about": [contact.city, contact.job, parent.name if parent else None],
        "parent": [parent.city, parent.job] if parent else [],
        "numbers": [line.number for line in contact.telephones],
        "tags": [line.tag.name for line in contact.tags],
    }

@document(Contact, "{name}/letter.html", title="Letter")
def letter(contact):
    return said(contact)

@document(Contact, "{name}/broken.html", title="Broken letter")
def broken(contact):
    return said(contact)

@document(Contact, "{name}/unclosed.html", title="Unclosed letter")
def unclosed(contact):
    return said(contact)
"""
PERMISSIONS = """
from addons.contacts.models import Contact, Tag
from core.api import Access, Role

blind = Role("{name}.blind", "Blind")
access = [
    Access(Contact, blind, "rx", except_fields=("city", "job", "telephones")),
    Access(Tag, blind, "r", except_fields=("name",)),
]
"""
TEMPLATES = {
    "letter": "<h1>{{ name }}</h1><p>{{ about }} {{ parent }} {{ numbers }} {{ tags }}",
    "broken": "<h1>{{ name }}</h1>\n<p>{{ contract.number }}",
    "unclosed": "<h1>{% if name %}",
}
SECRETS = ("Yashirinshahar", "Yashirinlavozim", "+998935557799", "Yashirinbelgi")
LIST = "/contacts/contact/"


@pytest.fixture
def letters(instance, open_at, write_addon, addon_folder, migrated_url):
    """(instance, its addon that writes letters, a contact with a secret in every field)."""
    name = write_addon(
        "letters", depends=("contacts",), documents=DOCUMENTS, permissions=PERMISSIONS
    )
    folder = addon_folder / name / "templates" / name
    folder.mkdir(parents=True)
    for template, source in TEMPLATES.items():
        (folder / f"{template}.html").write_text(source)
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    lifecycle.enable(opened.found(), name)
    with using(opened.registry()) as registry, system("a test"):
        model = registry.model("contacts.contact")
        hidden = {"city": SECRETS[0], "job": SECRETS[1]}
        firm = model.create(name="Bahor MChJ", **hidden)
        contact = model.create(name="Anvar", parent=firm, **hidden)
        registry.model("contacts.telephone").create(contact=contact, number=SECRETS[2])
        tag = registry.model("contacts.tag").create(name=SECRETS[3])
        registry.model("contacts.contact_tag").create(contact=contact, tag=tag)
    return opened, name, contact


@pytest.mark.attack(27)
@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("broken", "line 2: there is no contract."),
        ("unclosed", "line 1: this is no valid template"),
    ],
)
def test_a_broken_template_is_one_sentence_on_a_page(letters, browser_of, template, said):
    opened, name, contact = letters
    manager = browser_of(opened, "contacts.manager")
    answer = manager.get(f"{LIST}{contact.id}/print/{name}.{template}.pdf")
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    assert f"{name}/{template}.html, {said}" in answer.text
    assert "Traceback" not in answer.text
    assert manager.get(f"{LIST}{contact.id}/print/{name}.letter.pdf").status_code == 200


@pytest.mark.requirement("S28")
@pytest.mark.attack(9)
def test_no_paper_shows_a_hidden_field(letters, browser_of):
    opened, name, contact = letters
    papers = [f"{contact.id}/print/{paper}.pdf" for paper in (f"{name}.letter", "sheet")]
    papers.append("print.pdf")
    manager = browser_of(opened, "contacts.manager")
    shown = " ".join(text_of(manager.get(f"{LIST}{paper}").data) for paper in papers)
    assert [secret for secret in SECRETS[:2] if secret not in shown] == []
    blind = browser_of(opened, f"{name}.blind")
    for paper in papers:
        answer = blind.get(f"{LIST}{paper}")
        assert answer.status_code == 200, paper
        text = text_of(answer.data)
        assert "Anvar" in text
        assert [secret for secret in (*SECRETS, "93 555 77 99") if secret in text] == [], paper
