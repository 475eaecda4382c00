"""The first telephone of a contact beside its name: lists neither ask for it nor go to the rows."""

from peewee import SQL, CharField

from core.api import create_first_line, drop_first_line

TELEPHONE = ("contacts_contact", "telephone")
NAMED = "contacts_contact_by_name"
COLUMNS = "name, id, archived_at, status, kind, city, owner_id, team_id"


def up(migrator, db):
    migrator.migrate(
        migrator.add_column(*TELEPHONE, CharField(default="", constraints=[SQL("DEFAULT ''")]))
    )
    number = ("contacts_telephone", "number")
    create_first_line(db, TELEPHONE, number, "contact_id", unless=("kind", "fax"))
    create_index(db, f"{COLUMNS}, telephone, parent_id")


def down(migrator, db):
    create_index(db, COLUMNS)
    drop_first_line(db, TELEPHONE, "contacts_telephone")
    migrator.migrate(migrator.drop_column(*TELEPHONE))


def create_index(db, columns):
    """The order of the usual list, with all that it shows."""
    db.execute_sql(f"DROP INDEX {NAMED}")
    db.execute_sql(
        f"CREATE INDEX {NAMED} ON contacts_contact ({columns}) WHERE archived_at IS NULL"
    )
