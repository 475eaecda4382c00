"""The front-end packages, taken by npm, and of them the files that browsers get, in .assets/."""

import os
import re
import shutil
import subprocess

from core.cli.setup import stamp
from core.cli.setup.command import SetupError, run, say
from core.cli.setup.packages import pip_install
from core.cli.setup.system import Machine

OLDEST_NODE = 20
SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
FONT = "@fontsource-variable/inter"
PAPER_FONT = "@expo-google-fonts/noto-sans"

# Where a file lies in node_modules/, by its name in .assets/.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "chart.min.js": "chart.js/dist/chart.umd.min.js",
    "trix.css": "trix/dist/trix.css",
    "trix.min.js": "trix/dist/trix.umd.min.js",
    # Papers take whole files: subsets by unicode range come out as wrong letters in a PDF.
    "files/noto-sans-regular.ttf": f"{PAPER_FONT}/400Regular/NotoSans_400Regular.ttf",
    "files/noto-sans-italic.ttf": f"{PAPER_FONT}/400Regular_Italic/NotoSans_400Regular_Italic.ttf",
    "files/noto-sans-bold.ttf": f"{PAPER_FONT}/700Bold/NotoSans_700Bold.ttf",
} | {
    f"files/inter-{subset}-wght-normal.woff2": f"{FONT}/files/inter-{subset}-wght-normal.woff2"
    for subset in SUBSETS
}


def provide_screen(root: str, level: str, machine: Machine, lock: int) -> None:
    """Fill `node_modules/` by the lock and `.assets/` from it; tests also get axe-core."""
    stamp.drop(root, "screen")
    if find_npm(machine) is None:
        machine = with_node_from_wheel(root, machine, lock)
    say("front-end packages by npm")
    words = [find_npm(machine) or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    words.append("--include=dev" if level == "test" else "--omit=dev")
    run(
        words,
        cwd=root,
        # A node that is not the system's own knows only its own certificates unless told.
        environ={"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": machine.path},
        failing="The front-end packages could not be installed; look at npm's lines above, "
        "check the network, and run the same command again.",
        lock=lock,
    )
    collect(os.path.join(root, "node_modules"), os.path.join(root, ".assets"))
    stamp.keep(root, "screen", stamp.lines_for(root, "screen", level))


def find_npm(machine: Machine) -> str | None:
    """The path of npm where it stands on a node that is new enough."""
    node, npm = machine.find("node"), machine.find("npm")
    if node is None or npm is None or node_version(node) < OLDEST_NODE:
        return None
    return npm


def node_version(node: str) -> int:
    """The major version, or 0 of a node that does not start."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH, no shell
    except OSError:
        return 0
    major = re.match(r"v(\d+)\.", said.stdout)
    return int(major[1]) if major else 0


def with_node_from_wheel(root: str, machine: Machine, lock: int) -> Machine:
    """Take node and npm from PyPI into `.venv`; gives the machine that finds them there."""
    scripts = os.path.join(root, ".venv", "bin")
    machine = machine._replace(path=scripts + os.pathsep + machine.path)
    if find_npm(machine) is None:
        say(f"no npm with node {OLDEST_NODE} or newer on PATH; taking one from PyPI (61 MB)")
        pip_install(root, "requirements-node.txt", lock)
    if find_npm(machine) is None:
        raise SetupError(
            f"There is no npm with node {OLDEST_NODE} or newer, and the one from PyPI does not "
            "start here; install node with npm, then run the same command again."
        )
    return machine


def collect(modules: str, assets: str) -> None:
    """Copy the files that browsers get, each in one step: a server may be reading them."""
    os.makedirs(os.path.join(assets, "files"), exist_ok=True)
    for name, origin in FILES.items():
        target = os.path.join(assets, name)
        try:
            shutil.copyfile(os.path.join(modules, origin), target + ".new")
        except FileNotFoundError as error:
            raise SetupError(
                f"node_modules/{origin} is missing; package-lock.json and "
                "core/cli/setup/screen.py must name the same versions."
            ) from error
        os.replace(target + ".new", target)
    with open(os.path.join(modules, FONT, "index.css"), encoding="utf-8") as file:
        sheet = font_sheet(file.read())
    target = os.path.join(assets, "inter.css")
    with open(target + ".new", "w", encoding="utf-8") as file:
        file.write(sheet)
    os.replace(target + ".new", target)


def font_sheet(sheet: str) -> str:
    """Keep of a font's sheet the faces of our subsets: the browser asks for no other file."""
    faces: list[str] = re.findall(r"@font-face\s*\{[^}]*\}", sheet)
    ours = [face for face in faces if any(f"/inter-{name}-wght" in face for name in SUBSETS)]
    return "\n".join(ours) + "\n"
