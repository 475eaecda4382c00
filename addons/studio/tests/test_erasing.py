"""What the studio keeps of a person goes with them: its fields, and what rules said of them."""

from addons.studio.models import Run
from core.data.actor import system
from core.data.history import HistoryValue
from core.modules.registry import using
from core.personal.erasing import erase

LIST = "/contacts/contact/"


def test_a_field_of_ours_goes_with_the_person(design, instance):
    browser = design(column="kod")
    made = browser.post(f"{LIST}new", {"name": "Zulayho", "kind": "person", "x_kod": "B-7-x7"})
    id = int(made.location.rsplit("/", 1)[-1])
    registry = instance.registry()
    with using(registry), system("a test"):
        contact = registry.model("contacts.contact")
        erase(contact.get_by_id(id), "asked for it")
        assert contact.get_by_id(id).x_kod is None


def test_what_rules_said_of_the_person_goes_with_them(automate, instance, working):
    automate()
    rule = working.model("studio.rule").select().get()
    contact = working.model("contacts.contact")
    person = contact.create(name="Zulayho", kind="person")
    said = Run.create(rule=rule, record=person.id, mark="1", text="Mail to zulayho@x7.uz")
    other = Run.create(rule=rule, record=person.id + 1, mark="1", text="Mail to a@b.uz")
    erase(person, "asked for it")
    assert (Run.get_by_id(said.id).text, Run.get_by_id(other.id).text) == ("", "Mail to a@b.uz")
    assert not HistoryValue.select().where(HistoryValue.old.contains("x7.uz")).exists()
