"""The book of jobs, and when those of the clock were queued last."""

from peewee import SQL, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField


def up(migrator, db):
    class User(db.Model):
        class Meta:
            table_name = "core_user"

    class Job(db.Model):
        name = CharField(max_length=200)
        addon = CharField(max_length=64)
        arguments = TextField()
        key = CharField(max_length=200, null=True)
        state = CharField(max_length=16)
        attempts = IntegerField()
        limit = IntegerField()
        losses = IntegerField()
        not_before = DateTimeField()
        created_at = DateTimeField()
        started_at = DateTimeField(null=True)
        heartbeat_at = DateTimeField(null=True)
        finished_at = DateTimeField(null=True)
        worker = CharField(max_length=128, null=True)
        done = IntegerField()
        total = IntegerField(null=True)
        text = CharField(max_length=255)
        error = TextField(null=True)
        result = TextField(null=True)
        user = ForeignKeyField(User, null=True, backref="+")
        roles = TextField()
        reason = CharField(max_length=255)
        language = CharField(max_length=16)
        zone = CharField(max_length=64)

        class Meta:
            table_name = "core_job"

    Job.add_index(Job.key, unique=True, where=SQL("state = 'queued'"), name="core_job_waiting")
    Job.add_index(Job.state, Job.not_before, name="core_job_state")

    class Schedule(db.Model):
        name = CharField(unique=True, max_length=200)
        period = IntegerField()

        class Meta:
            table_name = "core_schedule"

    db.create_tables([Job, Schedule])


def down(migrator, db):
    for name in ("schedule", "job"):
        db.execute_sql(f'DROP TABLE "core_{name}"')
