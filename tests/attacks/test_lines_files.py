"""Files of others, files that run, names that break out, archives that lead elsewhere, bombs."""

import io
import tarfile
from pathlib import Path

import pytest

from core.data.archives import unpacked
from core.errors import UserError
from core.modules import backups
from tests.attacks import filing


@pytest.fixture(scope="module")
def attached(target):
    """Files of attackers on own records of every screen."""
    return filing.attached_by_attackers(target)


def test_attack_19_a_file_of_a_foreign_record_is_not_reached(target):
    assert target.holes(filing.line_19) == []


def test_attack_20_what_a_browser_could_run_is_only_saved(target, attached):
    assert len(attached) >= len(target.views)
    assert target.holes(lambda here: filing.line_20(here, attached)) == []


def test_attack_21_a_name_breaks_out_of_nothing(target, attached):
    assert target.holes(lambda here: filing.line_21(here, attached)) == []


def test_attack_22_an_archive_that_leads_elsewhere_is_refused(target, tmp_path):
    good, file = tmp_path / "good.tar", tmp_path / "evil.tar"
    backups.back_up(target.settings.paths.var, good)
    with unpacked(good, "backup", tmp_path / "inside") as inside:
        assert inside.about

    def sent(_here):
        for entry in filing.evil_entries():
            file.write_bytes(good.read_bytes())
            with tarfile.open(file, "a") as archive:
                entry.size = 4 if entry.isreg() else 0
                archive.addfile(entry, io.BytesIO(b"evil") if entry.isreg() else None)
            try:
                with unpacked(file, "backup", tmp_path / "inside"):
                    yield f"an archive with {entry.name} is unpacked"
            except UserError as error:
                if "cannot be restored" not in str(error):
                    yield f"{entry.name} is refused by {error}"
            if (tmp_path / "outside").exists() or Path("/outside-of-the-archive").exists():
                yield f"{entry.name} was written outside of the archive"

    assert target.holes(sent) == []


def test_attack_23_what_is_too_large_or_grows_is_refused(target):
    assert target.holes(filing.line_23, filing.CONTENTS) == []
