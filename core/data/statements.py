"""What a SQL statement does to a SQLite file: read it, write it, or open a transaction by hand."""

import re

_FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([A-Za-z]*)", re.DOTALL)
_WRITES_IN_WITH = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\b", re.IGNORECASE
)
_WRITING_PRAGMA = re.compile(
    r"PRAGMA\s+(?:\S+\.)?(?:(?:user_version|application_id|auto_vacuum)\s*[=(]"
    r"|optimize|incremental_vacuum)",
    re.IGNORECASE,
)
_VACUUM_INTO = re.compile(r"VACUUM\b.*\bINTO\b", re.IGNORECASE | re.DOTALL)
_READS = frozenset(("SELECT", "VALUES", "EXPLAIN", "ATTACH", "DETACH"))
_CONTROLS = frozenset(("SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "END"))


def writes(sql: str) -> bool:
    """Whether the statement needs the turn to write. When in doubt it does."""
    if sql.startswith("SELECT "):  # nearly all of them
        return False
    found = _FIRST_WORD.match(sql)
    word = found[1].upper() if found else ""
    if word in _READS or word in _CONTROLS:
        return False
    if word == "WITH":
        return _WRITES_IN_WITH.search(sql) is not None
    if word == "PRAGMA":
        return _WRITING_PRAGMA.search(sql) is not None
    if word == "VACUUM":  # a copy into another file only reads this one
        return _VACUUM_INTO.search(sql) is None
    return True
