"""Set a checkout up, part after part, each with its stamp."""

import os

from core.cli.setup import stamp
from core.cli.setup.command import SetupError, say
from core.cli.setup.lock import held
from core.cli.setup.packages import provide_packages
from core.cli.setup.screen import provide_screen
from core.cli.setup.system import provide_libraries, provide_test_programs, this_machine


def install(root: str, level: str) -> None:
    """Bring the checkout to `level` ("run" or "test"); SetupError says what hinders it.

    Writes to `.venv/`, `node_modules/`, `.assets/` and the lock file; as root on Debian it
    also installs packages of the system.
    """
    machine = this_machine()
    with held(root) as lock:
        refuse_links(root, level)
        if stamp.is_inside(root) and stamp.is_of_another_python(root):
            stamp.drop(root, "python")
        due = [part for part in stamp.PARTS if not stamp.is_current(root, part, level)]
        if not due:
            return
        if level == "test":
            provide_test_programs(machine)
        else:
            provide_libraries(machine)
        if "python" in due:
            provide_packages(root, level, machine, lock)
        if "screen" in due:
            provide_screen(root, level, machine, lock)
    if not all(stamp.is_current(root, part, level) for part in stamp.PARTS):
        raise SetupError("The lock files changed during set-up; run the same command again.")
    say("done")


def refuse_links(root: str, level: str) -> None:
    """Stop before a part is made through a link: what it leads to may be another checkout's."""
    for part, folders in stamp.FOLDERS.items():
        for folder in folders:
            path = os.path.join(root, folder)
            if os.path.islink(path) and not stamp.is_current(root, part, level):
                raise SetupError(
                    f"{path} is a link to {os.path.realpath(path)}, which set-up would clear: "
                    "remove the link, and set-up makes a folder of this checkout's own."
                )
