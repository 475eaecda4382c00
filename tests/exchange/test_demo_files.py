"""The files of a demo: all of them are read or none, and a fault is named where it stands."""

import pytest

from core.errors import UserError
from core.exchange import demo
from core.exchange.demo import load_demo


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Let tmp_path/core/demo hold the files of a demo of the core's own records."""
    folder = tmp_path / "core" / "demo"
    folder.mkdir(parents=True)
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    return lambda name, text: (folder / name).write_text(text, encoding="utf-8")


BOSS = '[[core.user]]\nid = "boss"\nlogin = "boss"\nname = "Boss"\n'
TEAM = '[[core.team]]\nid = "all"\ncode = "all"\nname = "All"\n'


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("team.toml", TEAM + 'leader = "nobody"\n', "core.team “all”: leader names no core.user"),
        ("team.toml", TEAM + 'members = ["ann"]\n', "core.team “all”: user names no core.user"),
        ("team.toml", TEAM + 'colour = "red"\n', "core.team “all”: there is no colour; there are"),
        ("team.toml", TEAM + TEAM, "core.team “all”: the id stands there twice"),
        ("team.toml", '[[core.team]]\nname = "All"\n', "give core.team number 1 an id"),
        ("team.toml", "[[core.team]\n", "core/demo/team.toml cannot be read"),
        ("team.toml", '[[core.crew]]\nid = "x"\n', "There is no model core.crew"),
        ("team.toml", '[[core.team]]\nid = "all"\ncode = "a"\n', "core.team “all”, or one after"),
        ("user.toml", BOSS + 'kind = "king"\n', "core.user “boss”: kind: “king” is none of"),
    ],
)
def test_a_fault_is_named_and_nothing_is_made(working, write, name, text, fault):
    write("a_user.toml", BOSS.replace("boss", "first"))
    write(name, text)
    user = working.model("core.user")
    with pytest.raises(UserError) as caught:
        load_demo(working)
    assert fault in str(caught.value)
    assert user.select().where(user.login.in_(["boss", "first"])).count() == 0


def test_what_refers_to_itself_comes_after_what_it_names(working, write):
    write(
        "contact.toml",
        '[[contacts.contact]]\nid = "b"\nname = "B"\nparent = "a"\n'
        '[[contacts.contact]]\nid = "a"\nname = "A"\n',
    )
    working.addons.clear()
    assert load_demo(working) == 2
    contact = working.model("contacts.contact")
    assert contact.get(name="B").parent.name == "A"
