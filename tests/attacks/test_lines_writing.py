"""What is out of reach or closed stays as it is, whatever is sent to whichever address."""

from tests.attacks import closing, keeping, writing
from tests.attacks.target import SESSIONS

UPLOADS = SESSIONS | {"core_upload", "core_upload_chunk", "core_content"}  # files that were sent


def test_attack_03_no_form_changes_a_foreign_record_or_leads_to_one(target):
    assert target.holes(writing.line_03) == []


def test_attack_04_no_field_of_a_foreign_record_is_changed(target):
    assert target.holes(writing.line_04) == []


def test_attack_05_nothing_foreign_is_deleted_alone_or_among_others(target):
    assert target.holes(writing.line_05) == []


def test_attack_11_no_other_deed_is_done_upon_a_foreign_record(target):
    assert target.holes(writing.line_11) == []


def test_attack_13_buttons_and_methods_are_those_that_are_declared(target):
    assert target.holes(closing.line_13) == []


def test_attack_14_a_batch_with_a_foreign_record_is_not_written(target):
    assert target.holes(closing.line_14) == []


def test_attack_15_nobody_writes_a_closed_field(target):
    assert target.holes(keeping.line_15) == []
    assert target.holes(keeping.line_15_files, UPLOADS) == []
