"""Files of rows of tiles that other programs touch while a run is at work."""

from __future__ import annotations

import pytest

from tests.engine.journal.test_run_journal import parameters, run  # noqa: F401 - a fixture
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.strips import StripFiles, strips_name
from xview2_qgis.engine.journal import tile_rows
from xview2_qgis.engine.scene.tiling import Tiling


def test_a_file_that_is_gone_when_its_row_ends_is_told(parameters, monkeypatch):  # noqa: F811 - the fixture
    class Gone(tile_rows.ProbabilityRaster):
        def finish(self):
            path, found = self.band_path(self.finished), super().finish()
            path.unlink(missing_ok=True)  # as a program does that cleans up
            return found

    monkeypatch.setattr(tile_rows, "ProbabilityRaster", Gone)
    with pytest.raises(RuntimeFailure) as caught:
        run(parameters)
    assert caught.value.code == "working-file"


def test_strips_that_cannot_be_removed_stay(tmp_path):
    (tmp_path / strips_name(0) / "held").mkdir(parents=True)
    StripFiles(tmp_path, Tiling(300, 300, 128, 32), 6, row=2).forget()
    assert (tmp_path / strips_name(0)).exists()
