"""What the machine must bring: libraries and programs, on Debian installed when we are root."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.cli.setup.command import SetupError, run, say

# What WeasyPrint loads, and Debian's package of each. The last one is not required by it, but
# a page takes eight times as long without.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


class Machine(NamedTuple):
    """The machine as set-up sees it; tests hand in one of their own making."""

    python: str
    path: str
    is_root: bool
    postgresql: str = "/usr/lib/postgresql"
    dovecot: str = "/usr/sbin/dovecot"  # which is not on every PATH

    def find(self, program: str) -> str | None:
        return shutil.which(program, path=self.path)


def this_machine() -> Machine:
    """Describe the machine that this process runs on."""
    # Of a running .venv we want the Python it was made with.
    python = getattr(sys, "_base_executable", None) or sys.executable
    return Machine(python, os.environ.get("PATH", os.defpath), os.geteuid() == 0)


def provide_libraries(machine: Machine) -> None:
    """Bring the libraries that papers need; where we cannot, say how and go on without papers."""
    missing = missing_libraries(LIBRARIES)
    if not missing:
        return
    try:
        apt_install(missing, machine, "WeasyPrint, which makes the papers, lacks libraries")
    except SetupError as error:
        say(f"going on without papers. {error}")


def provide_test_programs(machine: Machine) -> None:
    """Bring what the suite starts: browser, PostgreSQL, Redis, IMAP, the libraries for papers."""
    missing = missing_libraries(LIBRARIES) + missing_programs(machine)
    if missing:
        apt_install(missing, machine, "the test suite needs programs that are not there")


def missing_libraries(libraries: dict[str, str]) -> list[str]:
    """The Debian packages of those shared libraries that cannot be loaded."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for name, package in libraries.items() if not _loads(name)]


def missing_programs(machine: Machine) -> list[str]:
    """The Debian packages of the programs that the test suite starts and cannot find."""
    missing = []
    if machine.find("chromium") is None:
        missing.append("chromium")
    if machine.find("initdb") is None and not _has_initdb(machine.postgresql):
        missing.append("postgresql")
    if machine.find("redis-server") is None:
        missing.append("redis-server")
    if machine.find("dovecot") is None and not os.access(machine.dovecot, os.X_OK):
        missing.append("dovecot-imapd")
    return missing


def apt_install(packages: Sequence[str], machine: Machine, why: str) -> None:
    """Install Debian packages as root, else stop with the one command that does it."""
    apt_get = machine.find("apt-get")
    if apt_get is None:
        raise SetupError(f"{why}; install what Debian calls {', '.join(packages)}.")
    cure = f"as root run: apt install {' '.join(packages)}"
    if not machine.is_root:
        raise SetupError(f"{why}; {cure}")
    say(f"{why}; installing {', '.join(packages)} by apt-get")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = [apt_get, "-o", "DPkg::Lock::Timeout=300"]
    failing = f"{why}, and apt-get did not bring them; look at its lines above, then {cure}"
    # No lock is handed on: a service that a package starts would hold it for good.
    run([*apt, "update"], cwd="/", environ=environ, failing=failing)
    run(
        [*apt, "install", "-y", "--no-install-recommends", *packages],
        cwd="/",
        environ=environ,
        failing=failing,
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_initdb(folder: str) -> bool:
    versions: Iterable[str] = os.listdir(folder) if os.path.isdir(folder) else ()
    return any(os.access(os.path.join(folder, v, "bin", "initdb"), os.X_OK) for v in versions)
