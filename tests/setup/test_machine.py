"""What set-up says and does where the machine lacks something."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.setup.command import SetupError
from core.cli.setup.packages import make_venv
from core.cli.setup.screen import find_npm
from core.cli.setup.system import (
    Machine,
    apt_install,
    missing_libraries,
    missing_programs,
    provide_test_programs,
)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes an executable into the folder "bin" that a Machine of the test gets as its path."""

    def write(name: str, script: str) -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


def machine(folder: Path, *, python: str = sys.executable, is_root: bool = False) -> Machine:
    return Machine(
        python, str(folder / "bin"), is_root, str(folder / "postgresql"), str(folder / "dovecot")
    )


def test_a_python_without_ensurepip_names_the_debian_package(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    program("apt-get", "exit 1")
    python = program("python3", "exit 1")
    with pytest.raises(SetupError, match="lacks ensurepip; as root run: apt install python3-venv"):
        make_venv(str(tmp_path), machine(tmp_path, python=str(python)), lock=0)


def test_a_system_that_is_not_debian_is_told_the_names_only(tmp_path: Path) -> None:
    names = "chromium, postgresql, redis-server, dovecot-imapd"
    with pytest.raises(SetupError, match=f"install what Debian calls {names}"):
        provide_test_programs(machine(tmp_path, is_root=True))


def test_root_on_debian_gets_the_packages_installed(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    program("apt-get", f'echo "$@" >> {tmp_path}/said')
    apt_install(["chromium"], machine(tmp_path, is_root=True), "the suite needs a browser")
    said = (tmp_path / "said").read_text().splitlines()
    assert [line.split("=300 ")[1] for line in said] == [
        "update",
        "install -y --no-install-recommends chromium",
    ]


def test_packages_that_apt_cannot_bring_stop_with_the_command(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    program("apt-get", "exit 100")
    with pytest.raises(SetupError, match="as root run: apt install chromium"):
        apt_install(["chromium"], machine(tmp_path, is_root=True), "the suite needs a browser")


def test_a_library_that_does_not_load_is_missing() -> None:
    assert missing_libraries({"libnowhere.so.9": "libnowhere9", "libc.so.6": "libc6"}) == [
        "libnowhere9"
    ]


def test_debians_postgresql_counts_though_it_is_not_on_the_path(
    tmp_path: Path, program: Callable[[str, str], Path]
) -> None:
    program("chromium", "")
    program("redis-server", "")
    program("dovecot", "")
    assert missing_programs(machine(tmp_path)) == ["postgresql"]
    tools = tmp_path / "postgresql" / "15" / "bin"
    tools.mkdir(parents=True)
    program("initdb", "").rename(tools / "initdb")
    assert missing_programs(machine(tmp_path)) == []


@pytest.mark.parametrize(
    ("version", "will_do"), [("v18.19.0", False), ("v20.0.0", True), ("v24.1.2", True), ("", False)]
)
def test_npm_is_taken_only_with_a_node_that_is_new_enough(
    tmp_path: Path, program: Callable[[str, str], Path], version: str, will_do: bool
) -> None:
    npm = program("npm", "")
    assert find_npm(machine(tmp_path)) is None
    program("node", f"echo {version}")
    assert find_npm(machine(tmp_path)) == (str(npm) if will_do else None)
