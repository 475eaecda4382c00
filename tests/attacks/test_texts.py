"""Script in every text of every record: shown as text on every page of every addon."""

import re

import pytest
from peewee import CharField, ForeignKeyField, IntegerField, TextField

from core.data.actor import system
from core.data.database import db, transaction
from core.data.fields import StateField, fill_derived
from core.errors import UserError

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
LIVE = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>|=\"javascript:|>49<")


def poisoned(model, number, made):
    """The values of a record whose every text is an attack."""
    values = {}
    for name, field in model._meta.fields.items():
        if isinstance(field, StateField) or name in ("currency", "zone", "language"):
            continue
        if isinstance(field, ForeignKeyField):
            if field.rel_model is not model and not field.null:
                values[name] = made[field.rel_model]
        elif field.primary_key:
            continue
        elif isinstance(field, IntegerField) and not field.null and field.default is None:
            values[name] = number
        elif isinstance(field, (CharField, TextField)):
            long = getattr(field, "max_length", None) or 255
            values[name] = (f"{number}{SCRIPT}" if long > len(SCRIPT) + 3 else f"{number}<b>")[
                :long
            ]
    return values


def planted(model, values):
    """The id of a record of these values, which may be what no form lets through: then it comes as
    from a file of the database that somebody else wrote.
    """
    try:
        with transaction():
            return model.create(**values).id
    except UserError:
        row = fill_derived(model, {**model._meta.get_default_dict(), **values})
        fields = [model._meta.fields[name] for name in row]
        names = ", ".join(f'"{field.column_name}"' for field in fields)
        marks = ", ".join([db.param] * len(fields))
        stored = [field.db_value(value) for field, value in zip(fields, row.values(), strict=True)]
        sql = f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({marks}) RETURNING id'
        return db.execute_sql(sql, stored).fetchone()[0]


@pytest.mark.attack(25)
def test_script_in_a_text_is_shown_and_never_run(site, world):
    with system("a test poisons every model"):
        made = {}
        for number, model in enumerate(world.registry.models):
            made[model] = planted(model, poisoned(model, number, made))
        world.contact.update(telegram="javascript:alert(1)", parent=None).where(
            world.contact.id == made[world.contact]
        ).execute()
    browser = site.browser("admin")
    views = site.app.extensions["model_views"]
    pages = [*site.pages(), f"/contacts/contact/?search={SCRIPT}&city={SCRIPT}", f"/{SCRIPT}"]
    pages += [f"{view.list_url}{made[view.model]}" for view in views]
    pages += [f"{view.list_url}?sort=-id" for view in views]
    pages += [f"/login?next={SCRIPT}", f"/contacts/contact/?sort={SCRIPT}&x={SCRIPT}"]
    shown = 0
    for path in pages:
        for headers in ({}, {"HX-Request": "true"}):
            answer = browser.get(path, headers=headers, buffered=True)
            if answer.mimetype == "text/html":
                assert not LIVE.search(answer.text), path
                shown += "&lt;script&gt;" in answer.text
    assert shown > len(views)


@pytest.mark.attack(25)
def test_the_api_is_never_read_as_a_page(site):
    for path in (p for p in site.pages() if p.startswith("/api/")):
        headers = {"Authorization": f"Bearer {site.token('admin')}"}
        answer = site.browser().get(path, headers=headers)
        assert answer.mimetype in ("application/json", "application/problem+json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
