"""Whatever is in a file or a plan: an import ends with a report, and keeps all of it or nothing."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.database import db
from core.exchange.importing import Outcome, import_file, import_plan

MAP = """
[fields]
reference = { column = "a", format = "x-{}" }
name = "b"
parent = { column = "c", format = "x-{}" }
birthday = "d"
[parts]
telephones = [{ number = "b" }]
"""
EVERYTHING = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PIECES = st.sampled_from(
    ["a", "b", "c", "d", ",", ";", "\t", '"', "\n", "\r\n", "\r", "\0", "1", "2", "é", "1990-05-31",
     "a,b,c,d\n", "1,2,,\n", "2,b,1,\n"]
)  # fmt: skip
TABLES = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=40).map("".join).map(str.encode),
    st.lists(PIECES, max_size=40).map(lambda pieces: b"a,b,c,d\n" + "".join(pieces).encode()),
    st.lists(
        st.tuples(st.text(max_size=3), st.text(max_size=300), st.text(max_size=3), st.text("0-9.")),
        max_size=10,
    ).map(lambda rows: b"a,b,c,d\n" + "\n".join(",".join(row) for row in rows).encode()),
)
VALUES = st.recursive(
    st.sampled_from(['"a"', '"name"', '""', "1", "true", "1990-05-31", "1.5", "07:30:00", '"{}"']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["column", "constant", "format", "values", "model", "key", "number"]),
            inner,
            max_size=3,
        ).map(lambda table: "{" + ", ".join(f"{k} = {v}" for k, v in table.items()) + "}"),
    ),
    max_leaves=8,
)
STEPS = st.dictionaries(
    st.sampled_from(["file", "model", "key", "fields", "parts", "skip_without", "name", "x"]),
    st.one_of(VALUES, st.sampled_from(['"contacts.contact"', '"f.csv"', '{ name = "a" }'])),
)


def tried(run) -> Outcome:
    """Run an import and take back what it kept."""
    with db.atomic() as transaction:
        outcome = run()
        transaction.rollback()
    assert outcome.is_kept != bool(outcome.problems)
    assert all(str(problem).isprintable() for problem in outcome.problems.shown)
    return outcome


@EVERYTHING
@given(data=TABLES)
def test_any_file_is_imported_or_reported(working, data):
    with TemporaryDirectory() as folder:
        file, map = Path(folder, "f.csv"), Path(folder, "m.toml")
        file.write_bytes(data)
        map.write_text(MAP)
        tried(lambda: import_file("contacts.contact", file, map))
        tried(lambda: import_file("contacts.contact", file))


@EVERYTHING
@given(step=STEPS, junk=st.binary(max_size=50))
def test_any_plan_is_followed_or_reported(working, step, junk):
    with TemporaryDirectory() as folder:
        Path(folder, "f.csv").write_text("a,name\n1,Bahor\n")
        plan = Path(folder, "p.toml")
        plan.write_text("[[step]]\n" + "\n".join(f"{key} = {value}" for key, value in step.items()))
        tried(lambda: import_plan(plan, Path(folder)))
        plan.write_bytes(junk)
        tried(lambda: import_plan(plan, Path(folder)))
