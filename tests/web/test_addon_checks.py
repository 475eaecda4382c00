"""`addon check` says of each thing that would go wrong what to do about it."""

import pytest

from core.config import ROOT
from core.modules.checks import check_addon, checked, untranslated
from core.modules.discovery import discover
from core.web.app import KERNEL
from core.web.checks import faults_declared, what_it_adds
from tests.conftest import WAREHOUSE

ROLE = """
from core.api import Role
user = Role("{name}.user", "User")
"""
NOTE = """
from core.api import CharField, Extend, Model, StateField
from addons.contacts.models import Contact


class Note(Model):
    name = CharField(verbose_name="Name")
    state = StateField("open", "done", titles=("Open", "Done"), verbose_name="State")

    def __str__(self):
        return self.name
"""
HOOKS = """
from addons.{name}.models import Note
from addons.{name}.permissions import user
from core.api import CharField, Settings, button, document, endpoint, job, page, slot, transition
"""


@pytest.fixture
def faults_of(write_addon, addon_folder):
    """Make `faults_of(models="…", hooks="…", files={…})`: what a check says of such an addon."""

    def make(files=None, **parts):
        given = {"models": NOTE, "permissions": ROLE, **parts}
        given["models"] = NOTE + parts.get("models", "")
        name = write_addon("faulty", depends=("contacts",), **given)
        for place, text in (files or {}).items():
            file = addon_folder / name / place.replace("{name}", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        said = check_addon(discover([addon_folder]), name, KERNEL, faults_declared)
        return "\n".join(said).replace(name, "{name}")

    return make


def page_of(template):
    return f'{HOOKS}\n@page("/{{name}}/a", "A", "{template}", user)\ndef a():\n    return {{}}\n'


def paper_of(template):
    return f'{HOOKS}\n@document(Note, "{template}", title="A")\ndef a(note):\n    return {{}}\n'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"models": "e = Extend(Contact, hours=CharField(null=True, verbose_name='A'))\n"},
            "call the column hours of Contact {name}_hours: another addon may add one",
        ),
        (
            {"models": "e = Extend(Contact, {name}_a=CharField(null=True))\n"},
            "give the column {name}_a of Contact a verbose_name",
        ),
        (
            {"models": "e = Extend(Contact, {name}_a=CharField(verbose_name='A'))\n"},
            "Contact.{name}_a must be null=True or have a database default",
        ),
        (
            {"models": "Note._meta.set_table_name('notes')\n"},
            "call the table notes {name}_…, else a purge leaves it behind.",
        ),
        (
            {"permissions": ROLE + 'other = Role("shop.user", "B")\n'},
            "call the role shop.user {name}.…, else nobody can be given it.",
        ),
        (
            {
                "views": "from addons.{name}.models import Note\nfrom core.api import ModelView\n"
                "class NoteView(ModelView):\n    model = Note\n    column_list = ('name', 'colour')"
                "\n    scripts = ('{name}/a.js',)\n"
            },
            "NoteView names colour, which Note has not: correct it or take it out.",
        ),
        ({"hooks": page_of("{name}/a.html")}, "put that file below {name}/templates/."),
        (
            {
                "hooks": page_of("{name}/a.html"),
                "files": {"templates/{name}/a.html": "<p>\n{% if %}</p>"},
            },
            "{name}/a.html, line 2 of {name}.a cannot be read",
        ),
        ({"hooks": paper_of("{name}/p.html")}, "{name}.a names {name}/p.html: put that file"),
        (
            {
                "hooks": paper_of("{name}/p.html"),
                "files": {"templates/{name}/p.html": "{{ a|attr('b') }}"},
            },
            "{name}/p.html, line 1 of {name}.a cannot be read: No filter named 'attr'",
        ),
        (
            {"hooks": HOOKS + '@transition("open", to="gone")\ndef go(note: Note):\n    pass\n'},
            "{name}.go names gone, which is no state in Note.state",
        ),
        (
            {"hooks": HOOKS + '@button(Note, "A", states=("gone",))\ndef go(note):\n    pass\n'},
            "The button {name}.go stands in gone, which is no state in Note.state",
        ),
        (
            {"hooks": HOOKS + '@slot("nowhere", role=user)\ndef go():\n    pass\n'},
            "{name}.go: there is no slot nowhere; take of board.card,",
        ),
        (
            {"hooks": HOOKS + '@page("/{name}/a", "A", "a.html")\ndef a():\n    pass\n'},
            "The page {name}.a must say access=, a role or PUBLIC.",
        ),
        (
            {"hooks": HOOKS + '@endpoint("a")\ndef a():\n    pass\n'},
            "The endpoint {name}.a must say role=, who may call it.",
        ),
        (
            {"hooks": HOOKS + "class S(Settings):\n    token = CharField()\n"},
            "S.token needs another name or a verbose_name",
        ),
        (
            {"hooks": HOOKS + '@job(every="often")\ndef a():\n    pass\n'},
            '"often" is no span of time: write "5 minutes" or "1 day".',
        ),
        (
            {"migration": "def up(migrator, db):\n    pass\n"},
            "{name}/migrations/0001_initial.py has no way back: write down(), or say down =",
        ),
        (
            {
                "migration": "from addons.{name}.models import Note\n\n\ndef up(migrator, db):\n"
                "    pass\n\n\ndef down(migrator, db):\n    pass\n"
            },
            "{name}/migrations/0001_initial.py imports models: describe the tables as they are",
        ),
    ],
)
def test_each_fault_is_a_sentence_that_says_what_to_do(faults_of, parts, said):
    assert said in faults_of(**parts)


def test_a_script_that_is_not_there_is_named(faults_of):
    views = (
        "from addons.{name}.models import Note\nfrom core.api import ModelView\n"
        "class NoteView(ModelView):\n    model = Note\n    scripts = ('{name}/a.js',)\n"
    )
    said = "put the script {name}/a.js at static/{name}/a.js and name it so."
    assert said in faults_of(views=views)
    assert said not in faults_of(views=views, files={"static/{name}/a.js": ""})


def test_the_tutorial_and_the_addons_of_the_tree_have_no_faults():
    found = discover([WAREHOUSE])
    assert WAREHOUSE.is_relative_to(ROOT)
    for name in found.manifests:
        assert check_addon(found, name, KERNEL, faults_declared) == []
    assert untranslated(found, found.manifests) == []


def test_what_an_addon_opens_and_starts_is_listed():
    registry = checked(discover([WAREHOUSE]), ["warehouse"], KERNEL)
    said = what_it_adds(registry, "warehouse")
    assert [line for line in said if line.split()[0] != "Job"] == [
        "Page /warehouse/board: warehouse.user",
        "Page /warehouse/visit: everybody, without a login",
        "Page /warehouse/mine: core.portal",
        "Webhook /hooks/warehouse/carrier: other programs, as comes_from_the_carrier verifies",
        "Mail stock@: whoever writes a mail",
        "Endpoint POST /api/v1/warehouse/receive: warehouse.user",
    ]
    assert "Job warehouse.check_levels: at 08:00, as the system" in said
