"""Every move has a day: version 1 left it open, and stock could not be told of a day."""

from core.api import IRREVERSIBLE, _, batches

atomic = False  # each batch is a transaction of its own: whoever works goes on meanwhile


def up(migrator, db):
    batches(db, "warehouse_move", give_day)


def give_day(db, first, last):
    """A move without a day was made on the day that it was written down."""
    db.execute_sql(
        'UPDATE "warehouse_move" SET day = DATE(created_at)'
        f" WHERE day IS NULL AND id BETWEEN {first} AND {last}"
    )


down = IRREVERSIBLE(_("which moves had no day is not kept"))
