"""Unfinished runs in words, and what starts them again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QLocale

from tests.plugin.gui.assess.resume.interrupted_run import interrupt
from xview2_qgis.assessment.request import request_of
from xview2_qgis.assessment.unfinished import (
    forget,
    kept_folder,
    remember,
    remembered_run,
    resumed_request,
    unfinished_words,
    with_reviews_kept,
)


@pytest.fixture
def request_(tmp_path):
    return request_of({"pre": "a.tif", "post": "b.tif", "output": str(tmp_path / "damage.gpkg"), "model": "compact"})


def test_a_run_in_words(qgis_app, request_):
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    try:
        words = unfinished_words(interrupt(request_))
    finally:
        QLocale.setDefault(before)
    assert words.startswith("An unfinished run of 28 Nov ")
    assert words.endswith(" for “damage.gpkg”, 12 of 40 rows of tiles done")


def test_what_goes_on_is_what_was_asked_for(qgis_app, request_):
    again = resumed_request(interrupt(request_))
    assert (again.resume, again.events) == (True, "json")
    assert (again.output, again.post, again.model) == (request_.output, request_.post, request_.model)
    assert "--resume" in again.arguments()


@pytest.mark.parametrize(
    ("agreed", "reviewed", "kept"),
    [
        ({"overwrite": True, "discard_reviews": True}, 200, True),
        ({"overwrite": True, "discard_reviews": True}, None, True),
        ({"overwrite": True}, 1, True),  # there were none when it was agreed to
        ({"overwrite": True, "discard_reviews": True}, 0, False),
        ({"overwrite": True}, None, False),
        ({}, 3, False),  # the engine replaces nothing then
    ],
)
def test_an_old_agreement_loses_no_reviews(qgis_app, request_, agreed, reviewed, kept):
    request = replace(request_, **agreed)
    again = with_reviews_kept(request, reviewed)
    assert again == (replace(request, discard_reviews=False, keep_reviews=True) if kept else request)


def test_a_password_is_in_no_journal(qgis_app, request_):
    run = interrupt(request_, footprints="https://user:secret@host/a.gpkg")
    assert resumed_request(run) is None


def test_the_last_output_is_remembered(qgis_app, request_):
    assert remembered_run() is None
    remember(request_.output)
    assert remembered_run() is None
    run = interrupt(request_)
    assert remembered_run() == run
    forget()
    assert remembered_run() is None


def test_folders_of_copied_polygons(qgis_app, request_, tmp_path):
    assert kept_folder(request_) is None
    assert kept_folder(replace(request_, aoi=str(tmp_path / "area.gpkg"))) is None
    folder = Path(tempfile.gettempdir()) / "xview2_abc"
    assert kept_folder(replace(request_, exclude=str(folder / "not_visible.gpkg"))) == folder
