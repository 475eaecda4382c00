"""Which statements need the turn to write."""

import pytest

from core.data.statements import writes


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "  insert or replace into t values (1)",
        "-- why\nUPDATE t SET a = 1",
        "/* SELECT */ DELETE FROM t",
        "REPLACE INTO t VALUES (1)",
        "CREATE TABLE t (a)",
        "ALTER TABLE t ADD COLUMN b",
        "DROP TABLE t",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        "WITH x AS (SELECT 1) UPDATE t SET a = 1",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "PRAGMA user_version = 3",
        "PRAGMA main.application_id=7",
        "PRAGMA optimize",
        "BEGIN",
        "",
    ],
)
def test_a_statement_that_may_change_the_file_waits(sql: str) -> None:
    assert writes(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "\n  select replace(a, 'x', 'y') FROM t",
        "WITH x AS (SELECT replace(a, 'x', 'y') FROM t) SELECT * FROM x",
        "VALUES (1)",
        "EXPLAIN QUERY PLAN DELETE FROM t",
        "PRAGMA user_version",
        "PRAGMA foreign_keys = 0",
        'PRAGMA "main".table_info("t")',
        "VACUUM INTO 'copy'",
        'SAVEPOINT "s1";',
        'RELEASE SAVEPOINT "s1";',
    ],
)
def test_a_statement_that_only_reads_does_not_wait(sql: str) -> None:
    assert not writes(sql)
