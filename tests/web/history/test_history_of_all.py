"""Settings, roles, addons, exports, imports, webhooks, backups: all of it stands in the history."""

import json
import re

import pytest

from core.access.accounts import create_user
from core.access.login import set_password
from core.access.models import Team, TeamMember, UserRole
from core.data.actor import system
from core.data.history import History
from core.exchange.demo import load_demo
from core.exchange.importing import import_file
from core.exchange.webhooks.models import Webhook
from core.modules import lifecycle, purging, updates
from core.modules.registry import using
from tests.data.told import values_of
from tests.web.sending_files import checked

TABLE = "contacts_contact"


@pytest.fixture
def since(working):
    """Make `since()`: [(action, table, root table, {field: new})] told since it was last asked."""
    seen = [History.select().count() and History.select().order_by(History.id.desc()).first().id]

    def told(*actions):
        """Those of these actions, or all."""
        rows = list(History.select().where(History.id > seen[0]).order_by(History.id))
        seen[0] = rows[-1].id if rows else seen[0]
        return [
            (row.action, row.model, row.root_model, new_values(row))
            for row in rows
            if not actions or row.action in actions
        ]

    return told


def new_values(row):
    return {name: new for name, (_, new) in values_of(row).items()}


def test_roles_and_teams_given_and_taken(since):
    user = create_user("vali", roles=("contacts.user",))
    team = Team.create(code="a", name="Savdo")
    since()
    UserRole.create(user=user, role="contacts.manager").delete_instance()
    TeamMember.create(team=team, user=user).delete_instance()
    assert [(action, table, root) for action, table, root, _ in since()] == [
        ("create", "core_user_role", "core_user"),
        ("delete", "core_user_role", "core_user"),
        ("create", "core_team_member", "core_team"),
        ("delete", "core_team_member", "core_team"),
    ]


def test_a_password_that_was_given_is_told_without_it(since):
    user = create_user("vali", "Uzun-parol-77-xyz")
    since()
    set_password(user.id, "Boshqa-parol-88-xyz")
    assert since() == [("set_password", "core_user", "core_user", {})]


def test_addons_that_are_switched_purged_and_brought_back(instance, since, tmp_path):
    found, var = instance.found(), instance.settings.paths.var
    assert lifecycle.disable(found, "studio") == ["studio"]
    lifecycle.enable(found, "studio")
    lifecycle.disable(found, "studio")
    archive = purging.purge(found, var, "studio", NoContents())
    purging.restore(found, var, archive, NoContents())
    told = since("enable", "disable", "purge", "bring_back")
    assert [(action, values["name"]) for action, _, _, values in told] == [
        ("disable", "studio"),
        ("enable", "studio"),
        ("disable", "studio"),
        ("purge", "studio"),
        ("bring_back", "studio"),
    ]
    assert {table for _, table, _, _ in told} == {"core_addon"}
    assert told[3][3]["archive"] == told[4][3]["archive"] == archive.name
    assert told[0][3]["version"] == found.manifests["studio"].version


class NoContents:
    """Contents of files, of which there are none."""


def test_an_update_of_an_addon_names_both_versions_and_its_backup(
    open_at, addon_folder, migrated_url, write_addon, working, since
):
    opened = open_at(migrated_url, KARVON_ADDONS__PATH=str(addon_folder))
    name = write_addon("growing")
    lifecycle.enable(opened.found(), name)
    manifest = addon_folder / name / "manifest.toml"
    old = opened.found().manifests[name].version
    manifest.write_text(manifest.read_text().replace(f'"{old}"', '"7.0"'))
    since()
    updates.update(opened.found(), opened.settings.paths.var, name)
    [(_, table, _, values)] = since("upgrade")
    assert table == "core_addon"
    backup = values.pop("backup")
    assert f"before-update-of-{name}" in backup
    assert values == {"name": name, "version": "7.0", "before": old}
    manifest.write_text(manifest.read_text().replace('"7.0"', '"8.0"'))
    lifecycle.migrate(opened.found(), [])
    [(_, _, _, values)] = since("upgrade")
    assert values == {"name": name, "version": "8.0", "before": "7.0"}


def test_an_export_names_the_records_their_filter_and_how_many(as_role, working, since):
    for city in ("Xiva", "Xiva", "Buxoro"):
        working.model("contacts.contact").create(name="Bahor", city=city)
    browser = as_role("contacts.manager", login="dilnoza")
    since()
    for format in ("csv", "xlsx", "vcf"):
        browser.get(f"/contacts/contact/export.{format}?city=Xiva").get_data()
        facts = {"format": format, "rows": 2, "filter": "city=Xiva"}
        assert since() == [("export", "core_export", TABLE, facts)]
    assert History.select().order_by(History.id.desc()).first().actor == browser.user.id


def test_a_refused_export_is_told_of_nobody(as_role, working, since):
    assert as_role("core.staff").get("/contacts/contact/export.csv").status_code == 403
    assert since("export") == []


def test_an_import_by_the_page_and_its_undoing(as_role, working, since):
    manager = as_role("contacts.manager", "core.staff")
    url = checked(manager, "Name\nBahor\nOlmazor\n", ["name"])
    since()
    manager.post(f"{url}/run")
    [(_, table, root, values)] = since("import")
    assert (table, root, values["rows"]) == ("core_upload", TABLE, 2)
    assert values["file"].endswith(".csv")
    manager.post(f"{url}/undo")
    [(_, table, root, values)] = since("undo_import")
    assert (table, root, values["left"]) == ("core_upload", TABLE, 0)


def test_an_import_of_a_file_by_the_verb(working, since, tmp_path):
    file = tmp_path / "mijozlar.csv"
    file.write_text("name,reference\nBahor,B1\nOlmazor,O1\n", encoding="utf-8")
    assert import_file("contacts.contact", file, dry_run=True).problems.count == 0
    assert since() == []
    assert import_file("contacts.contact", file).is_kept
    facts = {"file": "mijozlar.csv", "rows": 2}
    assert since("import") == [("import", "core_upload", TABLE, facts)]


def test_demo_records_that_were_loaded(registry, since):
    with using(registry), system("a test"):
        made = load_demo(registry)
    assert since("load_demo") == [("load_demo", "core_addon", "core_addon", {"rows": made})]


def test_webhooks_that_are_made_changed_paused_and_removed(as_role, http, since):
    admin = as_role("admin")
    form = {"title": "Books", "events": ["contacts.contact created"], "conditions": ""}
    form |= {"url": http.url, "user": str(admin.user.id)}
    since()
    page = admin.post("/webhooks/new", form)
    secret = re.search(r'value="(whsec_[^"]+)"', page.text).group(1)
    hook = Webhook.get()
    admin.post(f"/webhooks/{hook.id}/edit", {**form, "title": "Ledger"})
    for word in ("pause", "resume", "secret", "remove"):
        admin.post(f"/webhooks/{hook.id}/{word}")
    told = since("create", "update", "delete")
    assert [(action, table) for action, table, _, _ in told] == [
        ("create", "core_webhook"),
        *[("update", "core_webhook")] * 4,
        ("delete", "core_webhook"),
    ]
    assert told[0][3]["url"] == http.url
    assert told[1][3] == {"title": "Ledger"}
    assert [values for *_, values in told[2:5]] == [
        {"is_paused": True},
        {"is_paused": False},
        {"secret": "•••"},
    ]
    assert secret not in json.dumps(told)
