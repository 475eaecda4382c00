"""The history as the tests read it."""

import json

from core.data.history import History, digest_of


def values_of(row):
    """{field: (old, new)} of one row of the history."""

    def read(text):
        return None if text is None else json.loads(text)

    return {value.field: (read(value.old), read(value.new)) for value in row.values}


def digest_now(id):
    """The digest that the row would have if it had been written as it is now."""
    row = History.get_by_id(id)
    facts = (
        *(f"{row.at:%Y-%m-%d %H:%M:%S}", row.actor, row.actor_name, row.address, row.request),
        *(row.model, row.record, row.root_model, row.root_record, row.action),
    )
    return digest_of(facts, [value.digest for value in row.values])
