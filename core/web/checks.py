"""What `addon check` finds in the declarations of one addon: a sentence each, and what it adds."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateError, TemplateNotFound
from jinja2.loaders import ChoiceLoader

from core.access.lines import ADMIN, Role
from core.background.jobs.declared import JobMark
from core.config import ROOT
from core.modules.declared import Marked
from core.modules.discovery import PACKAGE
from core.modules.incoming import webhooks_said
from core.modules.loader import declarations
from core.modules.mails import mails_said
from core.modules.manifest import Manifest
from core.modules.registry import Registry, addon_of
from core.modules.served import EndpointMark, PageMark, pages_said
from core.modules.slots import SlotMark
from core.paper.documents import DocumentMark
from core.paper.sandbox import PaperEnvironment
from core.personal.declared import faults_of_personal
from core.web.extensions import ViewExtension


def faults_declared(registry: Registry, manifest: Manifest) -> Iterator[str]:
    """What would go wrong once somebody meets it: names, templates, scripts, ways back."""
    yield from _names(registry, manifest.name)
    yield from _columns_of_views(registry, manifest.name)
    yield from _templates(registry, manifest)
    yield from _scripts(registry, manifest)
    yield from _migrations(manifest)
    yield from faults_of_personal(registry, manifest.name)


def what_it_adds(registry: Registry, name: str) -> list[str]:
    """A line for each page, webhook, mail, address of the API and job of an addon, with who may."""
    pages = [f"Page {line}" for line in pages_said(registry, name)]
    hooks = [f"Webhook {line}" for line in webhooks_said(registry, name)]
    calls = [
        f"Endpoint {' '.join(each.mark.methods)} /api/v1/{name}/{each.mark.name}: "
        f"{each.mark.role.name if each.mark.role else ''}"
        for each in _marked(registry, EndpointMark, name)
    ]
    jobs = [f"Job {each.name}: {_when(each.mark)}" for each in _marked(registry, JobMark, name)]
    mails = [f"Mail {line}" for line in mails_said(registry, name)]
    return [*pages, *hooks, *mails, *calls, *jobs]


def _when(mark: JobMark) -> str:
    if mark.at is not None:
        return f"at {mark.at:%H:%M}, as the system"
    return f"every {mark.every}, as the system" if mark.every else "when it is queued"


def _marked(registry: Registry, kind: type[Any], name: str) -> list[Marked[Any]]:
    return [m for m in registry.marked_by(kind) if m.name.split(".")[0] == name]


def _names(registry: Registry, name: str) -> Iterator[str]:
    """Names by which a purge, or another addon, would take something for somebody else's."""
    for model in registry.models:
        table = model._meta.table_name
        if addon_of(model) == name and not table.startswith(f"{name}_"):
            yield f"{name}: call the table {table} {name}_…, else a purge leaves it behind."
    yield from _names_of_columns(name)
    known = {name, "core", ADMIN, *registry.addons}
    for role in (v for module in _modules(name) for v in vars(module).values()):
        if isinstance(role, Role) and role.name.split(".")[0] not in known:
            yield f"{name}: call the role {role.name} {name}.…, else nobody can be given it."


def _names_of_columns(name: str) -> Iterator[str]:
    for extension in (e for module in _modules(name) for e in declarations([module]).extensions):
        if extension.personal is None and hasattr(extension.model._meta, "personal"):
            yield (
                f"{name}: say in Extend({extension.model.__name__}, …) which columns hold personal"
                " values, personal=(…), or personal=() where none does."
            )
        for column, field in extension.columns.items():
            of = f"of {extension.model.__name__}"
            if not column.startswith(f"{name}_"):
                yield (
                    f"{name}: call the column {column} {of} {name}_{column}: another addon may add"
                    " one of that name."
                )
            if field.verbose_name is None:
                yield f"{name}: give the column {column} {of} a verbose_name, which people read."


def _modules(name: str) -> list[ModuleType]:
    names = (f"{PACKAGE}.{name}.{part}" for part in ("models", "permissions"))
    return [import_module(each) for each in names if find_spec(each)]


def _columns_of_views(registry: Registry, name: str) -> Iterator[str]:
    for view in registry.views:
        if addon_of(view) != name:
            continue
        known = {
            *registry.fields(view.model),
            *registry.columns_of(view.model),
            *registry.parts(view.model),
        }
        sections = [each for _title, names in view.details_sections for each in names]
        named = {*view.column_list, *view.column_filters, *view.form_columns, *sections}
        if unknown := sorted(named - known):
            yield (
                f"{name}: {view.__name__} names {', '.join(unknown)}, which"
                f" {view.model.__name__} has not: correct it or take it out."
            )


def _templates(registry: Registry, manifest: Manifest) -> Iterator[str]:
    """Templates that are not there, or that cannot be read."""
    folders = [ROOT / "templates", *(m.path / "templates" for m in registry.addons.values())]
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    pages, papers = Environment(loader=loader, autoescape=True), PaperEnvironment({})
    for template, environment, who in _named(registry, manifest.name, pages, papers):
        try:
            environment.compile(loader.get_source(pages, template)[0])
        except TemplateNotFound:
            yield f"{who} names {template}: put that file below {manifest.name}/templates/."
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = f"{template}, line {line}" if line else template
            yield f"{place} of {who} cannot be read: {error.message}."


def _named(
    registry: Registry, name: str, pages: Environment, papers: Environment
) -> Iterator[tuple[str, Environment, str]]:
    """(template, what reads it, whose it is)."""
    kinds = ((PageMark, pages), (SlotMark, pages), (DocumentMark, papers))
    for kind, environment in kinds:
        for each in _marked(registry, kind, name):
            if each.mark.template:
                yield each.mark.template, environment, each.name
    for extension in registry.classes_of(ViewExtension):
        if addon_of(extension) == name:
            for tab in extension.tabs:
                yield tab.template, pages, f"{name}.{extension.__name__}"


def _scripts(registry: Registry, manifest: Manifest) -> Iterator[str]:
    screens = [*registry.views, *registry.classes_of(ViewExtension)]
    for script in (s for each in screens if addon_of(each) == manifest.name for s in each.scripts):
        file = manifest.path / "static" / script
        if not script.startswith(f"{manifest.name}/") or not file.is_file():
            yield (
                f"{manifest.name}: put the script {script} at"
                f" static/{manifest.name}/{Path(script).name} and name it so."
            )


def _migrations(manifest: Manifest) -> Iterator[str]:
    for file in sorted((manifest.path / "migrations").glob("[0-9]*.py")):
        source = file.read_text(encoding="utf-8")
        if "\ndef down(" not in source and "\ndown = " not in source:
            yield (
                f"{manifest.name}/migrations/{file.name} has no way back: write down(), or"
                " say down = IRREVERSIBLE(why)."
            )
        if ".models import" in source:
            yield (
                f"{manifest.name}/migrations/{file.name} imports models: describe the"
                " tables as they are at that time, for models go on changing."
            )
