"""The checkout's own .venv, and the Python packages in it by the hashed lock."""

import os
import subprocess

from core.cli.setup import stamp
from core.cli.setup.command import SetupError, run, say
from core.cli.setup.system import Machine, apt_install

LOCK_OF = {"run": "requirements.txt", "test": "requirements-test.txt"}


def provide_packages(root: str, level: str, machine: Machine, lock: int) -> None:
    """Make `.venv` where it is missing, half made or of another Python, and fill it."""
    before = stamp.read(root, "python")
    stamp.drop(root, "python")
    if not stamp.is_of_this_place(root, before):
        before = {}
        make_venv(root, machine, lock)
    say(f"Python packages of {LOCK_OF[level]} (ten seconds or so)")
    try:
        pip_install(root, LOCK_OF[level], lock)
    except SetupError:
        # pip fetches all before it changes any: what ran before still runs.
        if before:
            stamp.keep(root, "python", {k: v for k, v in before.items() if k != "test"})
        raise
    stamp.keep(root, "python", stamp.lines_for(root, "python", level))


def make_venv(root: str, machine: Machine, lock: int) -> None:
    """Make an empty `.venv` with pip; SetupError naming the Debian package where it needs one."""
    if not has_ensurepip(machine.python):
        apt_install(
            ["python3-venv"],
            machine,
            f"{machine.python} cannot make a virtual environment because it lacks ensurepip",
        )
        if not has_ensurepip(machine.python):
            raise SetupError(
                f"{machine.python} lacks ensurepip even with Debian's python3-venv; "
                "start run.py with /usr/bin/python3 or another complete Python."
            )
    say(f"making .venv with Python {stamp.this_version()}")
    run(
        [machine.python, "-m", "venv", "--clear", os.path.join(root, ".venv")],
        cwd=root,
        failing=f"{root}/.venv could not be made; see the lines above.",
        lock=lock,
    )


def has_ensurepip(python: str) -> bool:
    done = subprocess.run(  # noqa: S603 - words of our own, no shell
        [python, "-c", "import ensurepip, venv"], capture_output=True, check=False
    )
    return done.returncode == 0


def pip_install(root: str, lock_file: str, lock: int) -> None:
    """Install exactly what the lock names, wheels only; pip keeps to the machine's settings."""
    python = os.path.join(root, ".venv", "bin", "python")
    words = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    words += ["--require-hashes", "--only-binary", ":all:", "-r", lock_file]
    run(
        words,
        cwd=root,
        failing=f"The packages of {lock_file} could not be installed; "
        "look at pip's lines above, check the network, and run the same command again.",
        lock=lock,
    )
