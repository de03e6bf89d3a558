"""An unfinished run is found by its output, with what starts it again; what others laid there is none."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from tests.any_parameters import PARAMETERS
from xview2_qgis.protocol.journal.unfinished_run import (
    JOURNAL,
    find_unfinished_run,
    option_texts,
    record_name,
    unfinished_folder,
)
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions
from xview2_qgis.protocol.redaction import without_secrets

PARAMETERS_OF_ONE = AssessmentParameters(ImageOptions("a.tif"), ImageOptions("b.tif"), Path("d.gpkg"), register=False)


def leave(output, rows=5, finished=(0, 1), **changes):
    """Lay down what a run with some finished rows leaves."""
    folder = unfinished_folder(output)
    folder.mkdir(mode=0o700)
    journal = {"format": 1, "started_at": "2026-11-30T10:00:00+01:00", "rows": rows}
    (folder / JOURNAL).write_text(json.dumps({**journal, "options": option_texts(PARAMETERS_OF_ONE), **changes}))
    for row in finished:
        (folder / record_name(row)).write_text("{}")
    return folder


def test_a_run_is_found_by_its_output(tmp_path):
    folder = leave(tmp_path / "d.gpkg", finished=(0, 1, 3))  # a record after a missing one does not count
    found = find_unfinished_run(tmp_path / "d.gpkg")
    assert (found.folder, found.started_at, found.finished_rows, found.rows) == (
        folder, "2026-11-30T10:00:00+01:00", 2, 5,
    )  # fmt: skip
    assert found.parameters == replace(PARAMETERS_OF_ONE, resume=True)
    assert find_unfinished_run(tmp_path / "other.gpkg") is None


@given(PARAMETERS)
def test_all_that_was_asked_for_is_asked_for_again(parameters):
    texts = option_texts(parameters)
    if any(without_secrets(source) != source for source in parameters.sources):
        assert texts is None
    elif texts is not None:
        assert AssessmentParameters.from_texts(texts) == parameters


def test_passwords_are_not_kept(tmp_path):
    post = ImageOptions("https://me:secret@example.org/b.tif")
    assert option_texts(replace(PARAMETERS_OF_ONE, post=post)) is None
    leave(tmp_path / "d.gpkg", options=None)
    assert find_unfinished_run(tmp_path / "d.gpkg").parameters is None


@pytest.mark.parametrize(
    "changes",
    [{"format": 2}, {"rows": None}, {"rows": True}, {"rows": 1}, {"rows": "5"}, {"finished": ()}, {"finished": (1,)}],
)
def test_what_cannot_be_gone_on_with_is_none(tmp_path, changes):
    leave(tmp_path / "d.gpkg", **changes)
    assert find_unfinished_run(tmp_path / "d.gpkg") is None


@pytest.mark.parametrize("options", [[], {"post": 3}, {"post": "b.tif"}, {"nonsense": "x"}, "text"])
def test_options_of_another_version_start_nothing(tmp_path, options):
    leave(tmp_path / "d.gpkg", options=options)
    assert find_unfinished_run(tmp_path / "d.gpkg").parameters is None


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\udcff"])
def test_a_damaged_journal_is_none(tmp_path, text):
    folder = leave(tmp_path / "d.gpkg")
    (folder / JOURNAL).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert find_unfinished_run(tmp_path / "d.gpkg") is None


@pytest.mark.skipif(os.name == "nt", reason="the user's own folders are closed to others there")
@pytest.mark.parametrize("how", ["link", "open", "file"])
def test_what_others_may_have_laid_there_is_none(tmp_path, how):
    folder = leave(tmp_path / "d.gpkg")
    if how == "open":
        folder.chmod(0o770)
    else:
        folder.rename(tmp_path / "elsewhere")
        if how == "link":
            folder.symlink_to(tmp_path / "elsewhere")
        else:
            folder.write_text("{}")
    assert find_unfinished_run(tmp_path / "d.gpkg") is None


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_of_a_link_the_file_counts_to_which_it_leads(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "d.gpkg").symlink_to(tmp_path / "far" / "e.gpkg")
    folder = leave(tmp_path / "far" / "e.gpkg")
    assert find_unfinished_run(tmp_path / "d.gpkg").folder == folder
    (tmp_path / "round.gpkg").symlink_to(tmp_path / "round.gpkg")
    assert find_unfinished_run(tmp_path / "round.gpkg") is None
