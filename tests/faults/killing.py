"""A process that forks writers of an instance and kills them: killing.py URL VAR ROUNDS.

Each writer says into its pipe what it is about to write, and again once it is kept. What the pipes
held is written on stdout when all are dead, a line of JSON each: [writer, "will" or "did", record,
{field: value}], the record 0 while it has no id.
"""

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from core.data.actor import system
from core.data.database import close, transaction
from core.modules.registry import using
from core.testing.instances import settings_for
from core.web.instance import open_instance

AT_ONCE = 3
LONGEST = 0.1  # seconds that the writers live once each of them kept something
PATIENCE = 20.0
CITIES = ("Buxoro", "Xiva", "Toshkent", "Nukus")


def write_on(registry, say, chance):
    """Write one transaction after the other, of this writer's own records, until killed."""
    contact = registry.model("contacts.contact")
    lines, mine = contact.telephones.field.model, []
    while True:
        changed = chance.choice(mine) if mine and chance.random() < 0.6 else contact(name="")
        values = {"name": f"Mijoz {chance.random()}", "city": chance.choice(CITIES)}
        say("will", changed.id or 0, values)
        with transaction():
            for name, value in values.items():
                setattr(changed, name, value)
            changed.save()
            if changed not in mine:
                mine.append(changed)
                number = f"+99890{chance.randrange(10**7):07}"
                lines.create(contact=changed, number=number)
        say("did", changed.id, values)


def fork_writer(instance, registry, seed):
    """Start a writer; its process and the end of its pipe to read from."""
    heard, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        return child, heard
    try:
        os.close(heard)
        open_instance(instance.settings)

        def say(word, record, values):
            os.write(told, (json.dumps([seed, word, record, values]) + "\n").encode())

        with using(registry), system("a writer"):
            write_on(registry, say, random.Random(seed))
    finally:
        os._exit(1)


def kill_a_round(instance, registry, number, chance):
    """Let some writers live for a moment; answers how many died by the kill."""
    writers = [fork_writer(instance, registry, number * AT_ONCE + each) for each in range(AT_ONCE)]
    said = {pipe: _until_acknowledged(pipe) for _child, pipe in writers}
    time.sleep(chance.uniform(0, LONGEST))
    for child, _pipe in writers:
        os.kill(child, signal.SIGKILL)
    killed = 0
    for child, pipe in writers:
        killed += os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        with os.fdopen(pipe, "rb") as rest:
            sys.stdout.write((said[pipe] + rest.read()).decode())
    return killed


def _until_acknowledged(pipe):
    """What the writer says until something of it is kept."""
    said, until = b"", time.monotonic() + PATIENCE
    while (
        b'"did"' not in said and select.select([pipe], [], [], max(0, until - time.monotonic()))[0]
    ):
        said += os.read(pipe, 4096)
    return said


def main(url, var, rounds):
    instance = open_instance(settings_for(url, Path(var)))
    registry = instance.registry()
    close()
    chance = random.Random(7)
    killed = sum(kill_a_round(instance, registry, n, chance) for n in range(int(rounds)))
    sys.stdout.write(json.dumps(["killed", killed, 0, {}]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
