"""An addon is packed into a wheel, installed, found by its entry point, enabled and served."""

import subprocess
import sys
import zipfile

import pytest

from tests.conftest import WAREHOUSE


@pytest.fixture
def packed(shell, tmp_path):
    """The wheel of the warehouse."""
    done = shell.run(
        "addon",
        "wheel",
        "warehouse",
        "--into",
        str(tmp_path / "dist"),
        KARVON_ADDONS__PATH=str(WAREHOUSE),
    )
    assert done.returncode == 0, done.stderr
    [wheel] = (tmp_path / "dist").iterdir()
    assert done.stdout.strip() == str(wheel)
    return wheel


@pytest.fixture
def installed(packed, tmp_path):
    """A folder into which pip installed the wheel, as it would into a virtual environment."""
    site = tmp_path / "site"
    words = ["install", "--no-deps", "--no-index", "--quiet", "--target", str(site), str(packed)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)
    return site


def serves_its_pages(shell, **environ):
    """Enable the warehouse and look at its screens as an admin."""
    shell.environ |= environ
    done = shell.run("addon", "enable", "warehouse")
    assert done.returncode == 0, done.stderr
    admin = shell.admin(served := shell.serve())
    assert admin.get("/warehouse/item/").status == 200
    assert "BOX" in admin.get("/warehouse/item/").text
    assert admin.get("/warehouse/board").status == 200
    assert served.visitor().get("/warehouse/visit").status == 200


def test_an_installed_wheel_is_found_by_its_entry_point_and_serves(shell, installed):
    assert "warehouse" not in shell.run("addon", "list").stdout
    serves_its_pages(shell, PYTHONPATH=str(installed))
    assert (installed / "addons/warehouse/manifest.toml").exists()


def test_a_folder_of_the_path_is_found_and_serves(shell):
    serves_its_pages(shell, KARVON_ADDONS__PATH=str(WAREHOUSE))


def test_a_wheel_holds_the_addon_and_its_metadata_and_no_tests(packed):
    assert packed.name == "karvon_warehouse-2.0-py3-none-any.whl"
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        about = archive.read("karvon_warehouse-2.0.dist-info/METADATA").decode()
        entries = archive.read("karvon_warehouse-2.0.dist-info/entry_points.txt").decode()
    assert "addons/warehouse/templates/warehouse/board.html" in names
    assert "addons/warehouse/i18n/uz.po" in names
    assert [n for n in names if "__pycache__" in n or "/tests/" in n] == []
    assert "Name: karvon-warehouse\nVersion: 2.0\n" in about
    assert entries == "[karvon.addons]\nwarehouse = addons.warehouse\n"


def test_what_is_not_there_is_not_packed(empty_shell, tmp_path):
    done = empty_shell.run("addon", "wheel", "nothing", "--into", str(tmp_path / "dist"))
    assert done.returncode == 1
    assert "There is no addon nothing" in done.stderr
    assert not (tmp_path / "dist").exists()
