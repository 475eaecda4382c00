"""Files that people import: their columns, their rows, and what became of them."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Upload(db.Model):
        owner = ForeignKeyField(User, on_delete="CASCADE", backref="+")
        model = CharField(max_length=64)
        name = CharField(max_length=255)
        state = CharField(max_length=16)
        content = CharField(max_length=64, index=True, null=True)
        header = TextField()
        mapping = TextField()
        rows = IntegerField()
        counts = TextField()
        job = IntegerField(null=True)
        tag = CharField(max_length=8)
        created_at = DateTimeField()
        started_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)

        class Meta:
            table_name = "core_upload"
            indexes = ((("owner", "model"), False),)

    class UploadChunk(db.Model):
        upload = ForeignKeyField(Upload, on_delete="CASCADE", backref="+")
        number = IntegerField()
        verdicts = TextField()
        lines = TextField()
        done = TextField(null=True)

        class Meta:
            table_name = "core_upload_chunk"
            indexes = ((("upload", "number"), True),)

    db.create_tables([Upload, UploadChunk])


def down(migrator, db):
    db.execute_sql('DROP TABLE "core_upload_chunk"')
    db.execute_sql('DROP TABLE "core_upload"')
