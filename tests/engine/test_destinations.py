"""Destinations: every refusal has its code, and nothing is written."""

from pathlib import Path

import pytest

from xview2_qgis.engine.destinations import check_destinations, working_folder
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.engine.parameters import AssessmentParameters


def parameters(tmp_path: Path, **changes: object) -> AssessmentParameters:
    fields = {"pre": str(tmp_path / "pre.tif"), "post": "post.tif", "output": tmp_path / "damage.gpkg", **changes}
    return AssessmentParameters(**fields)


@pytest.mark.parametrize(
    ("changes", "code", "exit_code"),
    [
        ({"output": "damage.shp"}, "suffix", 2),
        ({"damage_raster": "damage.png"}, "suffix", 2),
        ({"output": "missing/damage.gpkg"}, "output-folder", 3),
        ({"output": "there.gpkg"}, "output-exists", 2),
        ({"output": "folder.gpkg", "overwrite": True}, "output-exists", 2),
        ({"damage_raster": "pre.tif"}, "output-is-input", 2),
    ],
)
def test_refusals(tmp_path, changes, code, exit_code):
    (tmp_path / "there.gpkg").write_bytes(b"result")
    (tmp_path / "folder.gpkg").mkdir()
    changes = {k: tmp_path / v if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(EngineError) as caught:
        check_destinations(parameters(tmp_path, **changes))
    assert (caught.value.code, caught.value.exit_code) == (code, exit_code)
    assert (tmp_path / "there.gpkg").read_bytes() == b"result"


def test_overwrite_is_allowed_when_asked_for(tmp_path):
    (tmp_path / "damage.gpkg").write_bytes(b"old")
    check_destinations(parameters(tmp_path, overwrite=True))


def test_working_folder_vanishes_after_an_error(tmp_path):
    def fail():
        with working_folder(tmp_path / "damage.gpkg") as folder:
            (folder / "file").write_text("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
