"""What a manifest may say, and the sentence that a wrong one gets."""

from pathlib import Path

import pytest

from core.errors import ManifestError
from core.modules.manifest import read_manifest


@pytest.fixture
def manifest(tmp_path: Path):
    folder = tmp_path / "helpdesk"
    folder.mkdir()

    def read(text: str):
        (folder / "manifest.toml").write_text(text, encoding="utf-8")
        return read_manifest(folder)

    return read


def test_a_manifest_is_read_with_its_defaults(manifest):
    found = manifest('title = "Helpdesk"\nversion = "1.2"\ndepends = ["sales>=1.1"]\n')
    assert (found.name, found.title, found.version, found.icon) == (
        "helpdesk",
        "Helpdesk",
        "1.2",
        "box",
    )
    assert "1.0" not in found.needs["sales"]
    assert "1.1" in found.needs["sales"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "H"\nversion = "1"\nicons = "x"\n', "unknown key icons"),
        ('title = "H"\n', "version must be given"),
        ("version = 1.0\n", "title must be given"),
        ('title = "H"\nversion = 1\n', "version must be a text"),
        ('title = "H"\nversion = "1"\ndepends = "sales"\n', "depends must be a list"),
        ('title = "H"\nversion = "1"\ndepends = ["sales => 1"]\n', "sales"),
        ('title = "H"\nversion = "one"\n', "one"),
        ('title = "H"\nversion = "1"\nkarvon = ">=9"\n', "written for core.api >=9"),
        ('title = "H"\nversion = "1"\nrequires = ["no-such-package"]\n', "no-such-package"),
        ('title = "H\n', "cannot be read"),
    ],
)
def test_a_wrong_manifest_is_refused_with_a_sentence(manifest, text, sentence):
    with pytest.raises(ManifestError, match=sentence):
        manifest(text)


def test_a_manifest_that_is_no_utf8_is_refused_with_a_sentence(tmp_path):
    folder = tmp_path / "helpdesk"
    folder.mkdir()
    (folder / "manifest.toml").write_bytes(b'title = "\xff"\n')
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(folder)
