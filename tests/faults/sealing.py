"""A process that tells the history of things and seals it until it is killed: URL VAR."""

import sys
from pathlib import Path

from core.background.sealing import seal
from core.data.actor import system
from core.data.audit import note
from core.data.database import transaction
from core.testing.instances import settings_for
from core.web.instance import open_instance


def main(url, var):
    open_instance(settings_for(url, Path(var)))
    with system("somebody who will be killed"):
        while True:
            with transaction():
                for number in range(200):
                    note("log_in", ("core_user", number + 1), [("tries", None, number)])
            seal()
            sys.stdout.write("sealed\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
