"""What every addon keeps, and the core with it; a new folder under addons/ is held by itself."""

import ast
import re
from pathlib import Path

import grimp
import pytest

import addons
from core import api
from core.access.lines import part_of
from core.config import ROOT
from core.data import migrations
from core.data.database import db
from core.data.internal import Internal
from core.data.model import Model
from core.modules.discovery import discover
from core.modules.lifecycle import CORE_MIGRATIONS
from core.modules.registry import addon_of

WAREHOUSE = ROOT / "tests/warehouse/addons"
ADDONS = sorted(discover().manifests.values(), key=lambda manifest: manifest.name)


@pytest.fixture(scope="session")
def graph():
    """The imports of the tree: folders that tests of this process gave as addons stay outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addons.__spec__, "submodule_search_locations", [str(ROOT / "addons")])
        return grimp.build_graph("core", "addons")


def test_the_addons_of_the_tree_are_sound():
    assert discover().broken == {}
    assert [manifest.name for manifest in ADDONS]


def test_every_addon_of_the_tree_loads(registry):
    assert registry.broken == {}
    assert list(registry.addons) == [m.name for m in discover().ordered(registry.addons)]


@pytest.mark.parametrize("manifest", ADDONS, ids=lambda manifest: manifest.name)
def test_an_addon_imports_only_what_it_declares(graph, manifest):
    package = f"addons.{manifest.name}"
    imported = {
        target.split(".")[1]
        for module in {package, *graph.find_descendants(package)}
        for target in graph.find_modules_directly_imported_by(module)
        if target.startswith("addons.") and ".tests" not in module
    }
    assert imported - {manifest.name} <= set(manifest.needs)


def test_every_name_that_is_promised_is_used_by_an_addon_or_the_tutorial():
    sources = [
        *ROOT.glob("addons/**/*.py"),
        *ROOT.glob("core/modules/scaffold/template/**/*"),
        *WAREHOUSE.glob("**/*.py"),
    ]
    files = [
        file
        for file in (*sources, ROOT / "README.md")
        if (file.is_file() and "tests" not in file.parts[:-1]) or WAREHOUSE in file.parents
    ]
    words = set(re.findall(r"\w+", "".join(file.read_text(encoding="utf-8") for file in files)))
    assert set(api.__all__) - words == set()


def test_every_model_says_who_may_use_it(registry):
    granted = {line.model for line in registry.access}
    forgotten = [m.__name__ for m in registry.models if m not in granted and not part_of(m)]
    assert forgotten == []


def test_every_model_has_a_name_for_people(registry):
    assert [m.__name__ for m in registry.models if m.__str__ is Model.__str__] == []


def test_roles_and_tables_carry_the_name_of_their_addon(registry):
    for role in registry.roles:
        assert role.name == "admin" or role.name.split(".")[0] in {"core", *registry.addons}
    for model in registry.models:
        assert model._meta.table_name.startswith(f"{addon_of(model)}_")


def test_a_view_names_only_what_its_model_has(registry):
    for view in registry.views:
        fields = registry.fields(view.model)
        known = {*fields, *registry.columns_of(view.model), *registry.parts(view.model)}
        sections = [name for _title, names in view.details_sections for name in names]
        named = {*view.column_list, *view.column_filters, *view.column_places, *sections}
        assert named - known == set(), view


def test_the_tables_are_as_the_models_say(registry, instance):
    for model in (*registry.models, *Internal.__subclasses__()):
        assert issubclass(model, (Model, Internal))
        columns = {c.name: c for c in db.get_columns(model._meta.table_name)}
        fields = model._meta.columns
        assert set(columns) == set(fields), model
        for name, field in fields.items():
            assert columns[name].null == (field.null and not field.primary_key), (model, name)
        unique = {tuple(i.columns) for i in db.get_indexes(model._meta.table_name) if i.unique}
        wanted = {(field.column_name,) for field in fields.values() if field.unique}
        wanted |= {
            tuple(model._meta.fields[name].column_name for name in names)
            for names, is_unique in model._meta.indexes
            if is_unique
        }
        assert wanted <= unique, model


def test_a_text_is_as_long_in_the_table_as_in_the_model(registry, instance):
    for model in registry.models:
        columns = {c.name: c for c in db.get_columns(model._meta.table_name)}
        for name, field in model._meta.columns.items():
            length = getattr(field, "max_length", None)
            if length and "(" in columns[name].data_type:
                assert f"({length})" in columns[name].data_type, (model, name)


def test_every_migration_can_be_undone(registry, instance):
    for manifest in reversed(registry.addons.values()):
        migrations.downgrade(manifest.name, manifest.path / "migrations")
    migrations.downgrade("core", CORE_MIGRATIONS)
    assert db.get_tables() == []


def test_migrations_never_import_models():
    for file in ROOT.glob("*/**/migrations/0*.py"):
        imported = [
            node.module or ""
            for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        ]
        assert [name for name in imported if "models" in name] == [], file
