"""No move is without a day any more."""


def up(migrator, db):
    migrator.migrate(migrator.add_not_null("warehouse_move", "day"))


def down(migrator, db):
    migrator.migrate(migrator.drop_not_null("warehouse_move", "day"))
