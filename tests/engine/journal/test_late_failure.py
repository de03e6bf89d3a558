"""A run that fails after its last tile keeps all rows, but not where there is nothing to go on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.assessment.runs import UNFINISHED
from tests.engine.journal.scene import contents
from tests.engine.journal.test_run_journal import parameters, run
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.report.map import backdrop
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run

__all__ = ["parameters"]  # a fixture


def test_an_image_that_is_gone_when_the_report_is_drawn_costs_no_tiles(parameters, monkeypatch):
    report = parameters.output.with_suffix(".html")
    run(replace(parameters, report=report))
    expected = contents(parameters.output)

    def gone(*_):
        raise InputError("the server does not answer", "try again", "raster-read")

    monkeypatch.setattr(backdrop, "small_picture", gone)
    with pytest.raises(InputError, match="does not answer") as caught:
        run(replace(parameters, report=report))
    assert caught.value.kept.finished == caught.value.kept.rows
    kept = find_unfinished_run(parameters.output)
    assert kept.finished_rows == kept.rows
    monkeypatch.undo()
    run(replace(parameters, report=report, resume=True))
    assert contents(parameters.output) == expected
    assert not (parameters.output.parent / UNFINISHED).exists()


def test_an_output_that_changed_meanwhile_leaves_no_unfinished_run(parameters, monkeypatch):
    run(parameters)

    def changed(*_):
        raise InputError("damage.gpkg was changed while the run went on", "look into it", "output-changed")

    monkeypatch.setattr("xview2_qgis.engine.staging.result_files.commit_together", changed)
    with pytest.raises(InputError):
        run(parameters)
    assert find_unfinished_run(parameters.output) is None
    assert not (parameters.output.parent / UNFINISHED).exists()
