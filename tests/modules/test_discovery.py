"""Which addons are found, in which order, and which are set aside."""

import pytest

from core.modules.discovery import discover


@pytest.fixture
def found(addon_folder):
    return lambda: discover([addon_folder])


def test_an_addon_comes_after_all_it_depends_on_whatever_the_names(write_addon, found):
    base = write_addon("zebra")
    middle = write_addon("middle", depends=(base,))
    top = write_addon("aardvark", depends=(middle, base))
    names = [m.name for m in found().ordered([top, base, middle])]
    assert names == [base, middle, top]


def test_the_order_does_not_depend_on_the_order_asked_for(write_addon, found):
    names = [write_addon(word) for word in ("cat", "ape", "bee")]
    one = [m.name for m in found().ordered(names)]
    other = [m.name for m in found().ordered(reversed(names))]
    assert one == other


def test_what_depends_on_a_missing_addon_is_quarantined_with_its_dependents(write_addon, found):
    lost = write_addon("lost", depends=("nowhere",))
    after = write_addon("after", depends=(lost,))
    result = found()
    assert "nowhere, which is missing" in result.broken[lost]
    assert f"{lost}, which is quarantined" in result.broken[after]


def test_a_circle_is_named_and_the_rest_stays(write_addon, found, addon_folder):
    first = write_addon("first")
    second = write_addon("second", depends=(first,))
    manifest = addon_folder / first / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("[]", f'["{second}"]'))
    sound = write_addon("sound")
    result = found()
    assert "in a circle" in result.broken[first]
    assert second in result.broken
    assert sound in result.manifests


def test_an_addon_that_needs_a_newer_neighbour_is_quarantined(write_addon, found):
    base = write_addon("base")
    needy = write_addon("needy", depends=(f"{base}>=2",))
    assert f"{base} is 1.0" in found().broken[needy]


@pytest.mark.parametrize("name", ["core", "login", "api"])
def test_an_addon_cannot_stand_in_the_way_of_the_core(found, addon_folder, name):
    (addon_folder / name).mkdir()
    (addon_folder / name / "manifest.toml").write_text('title = "Other"\nversion = "1.0"\n')
    assert "goes by this name" in found().broken[name]


def test_of_two_addons_of_one_name_the_first_goes_on(found, addon_folder):
    folder = addon_folder / "contacts"
    folder.mkdir()
    (folder / "manifest.toml").write_text('title = "Other"\nversion = "1.0"\n')
    result = found()
    assert result.manifests["contacts"].title == "Contacts"
    assert result.unused == [f"{folder} is not used: there is an addon contacts already."]


def test_dependencies_and_dependents_are_followed_all_the_way(write_addon, found):
    base = write_addon("base")
    middle = write_addon("middle", depends=(base,))
    top = write_addon("top", depends=(middle,))
    result = found()
    assert result.dependencies(top) == [base, middle]
    assert result.dependents(base) == sorted([middle, top])


def installed(site):
    """The description of a distribution with an addon, without its entry point."""
    information = site / "karvon_desk-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: karvon-desk\nVersion: 1.0\n"
    )
    (site / "addons" / "desk").mkdir(parents=True)
    (site / "addons" / "desk" / "manifest.toml").write_text('title = "Desk"\nversion = "1.0"\n')
    return information / "entry_points.txt"


def test_an_installed_distribution_brings_its_addon(tmp_path, monkeypatch):
    site = tmp_path / "site"
    installed(site).write_text("[karvon.addons]\ndesk = addons.desk\n")
    monkeypatch.syspath_prepend(str(site))
    assert discover().manifests["desk"].path == site / "addons" / "desk"


def test_what_is_installed_while_a_server_runs_is_found(tmp_path, monkeypatch):
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    assert "desk" not in discover().manifests
    entry_points = installed(site)
    assert "desk" not in discover().manifests
    entry_points.write_text("[karvon.addons]\ndesk = addons.desk\n")
    assert discover().manifests["desk"].path == site / "addons" / "desk"
