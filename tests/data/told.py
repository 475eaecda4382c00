"""The history as the tests read it."""

import json


def values_of(row):
    """{field: (old, new)} of one row of the history."""

    def read(text):
        return None if text is None else json.loads(text)

    return {value.field: (read(value.old), read(value.new)) for value in row.values}
