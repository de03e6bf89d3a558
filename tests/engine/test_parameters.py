"""Parameters: what will be written, and a record from which the run can be repeated."""

import json
from dataclasses import MISSING, FrozenInstanceError, fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.parameters import AssessmentParameters

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
PATH = TEXT.map(Path)
BANDS = st.none() | st.tuples(*[st.integers(1, 99)] * 3)
ANY = st.builds(
    AssessmentParameters,
    pre=TEXT, post=TEXT, output=PATH, model=TEXT, aoi=st.none() | TEXT, footprints=st.none() | TEXT,
    damage_raster=st.none() | PATH, report=st.none() | PATH, device=TEXT, precision=TEXT,
    batch_size=st.none() | st.integers(1, 64), tta=st.none() | TEXT, register=st.booleans(), overwrite=st.booleans(),
    pre_bands=BANDS, post_bands=BANDS, pre_crs=st.none() | TEXT, post_crs=st.none() | TEXT,
    tile_offset=st.tuples(st.integers(0, 511), st.integers(0, 511)),
)  # fmt: skip


def restored(text):
    """The parameters of a record; JSON knows neither paths nor tuples."""
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()}
    for key in ("output", "damage_raster", "report"):
        said[key] = None if said[key] is None else Path(said[key])
    return AssessmentParameters(**said)


@given(ANY)
def test_the_run_can_be_repeated_from_its_record_beside_its_files(parameters):
    """Names are enough there; how each kind of address is named is tested with the names."""
    simple = replace(
        parameters, pre="a.tif", post="b.tif", output=Path("o.gpkg"), model="m", aoi="a.gpkg|layername=x",
        footprints=None, damage_raster=Path("o.tif"), report=None, pre_crs="EPSG:32633", post_crs=None,
    )  # fmt: skip
    assert restored(simple.as_json()) == simple


def test_the_record_names_files_and_not_where_they_are():
    parameters = AssessmentParameters(
        "/vsicurl/https://jane:pass1@host/a/pre.tif?sig=token1", "/home/jane/post.tif", Path("/home/jane/o.gpkg"),
        aoi="/home/jane/a.gpkg|layername=x|subset=\"y\" = 1", model="/home/jane/tiny.xv2.zip",
        damage_raster=Path("/home/jane/o.tif"),
    )  # fmt: skip
    said = json.loads(parameters.as_json())
    assert (said["pre"], said["post"], said["output"]) == ("pre.tif", "post.tif", "o.gpkg")
    assert (said["aoi"], said["model"]) == ('a.gpkg|layername=x|subset="y" = 1', "tiny.xv2.zip")
    assert (said["damage_raster"], said["report"]) == ("o.tif", None)
    whole = json.loads(replace(parameters, record_paths=True).as_json())
    assert (whole["pre"], whole["post"]) == ("/vsicurl/https://host/…/pre.tif", "/home/jane/post.tif")
    assert whole["output"] == "/home/jane/o.gpkg"


@given(ANY)
def test_the_record_names_every_parameter_also_those_nobody_gave(parameters):
    assert list(json.loads(parameters.as_json())) == [field.name for field in fields(AssessmentParameters)]


@pytest.mark.parametrize("raster", [None, Path("d.tif")])
@pytest.mark.parametrize("report", [None, Path("d.html")])
def test_the_outputs_are_the_files_asked_for(raster, report):
    parameters = AssessmentParameters("a.tif", "b.tif", Path("d.gpkg"), damage_raster=raster, report=report)
    assert parameters.outputs == [Path("d.gpkg"), *[path for path in (raster, report) if path is not None]]


def test_two_images_and_a_place_for_the_result_are_enough():
    needed = [field.name for field in fields(AssessmentParameters) if field.default is MISSING]
    assert needed == ["pre", "post", "output"]
    parameters = AssessmentParameters("a.tif", "b.tif", Path("d.gpkg"))
    assert parameters.outputs == [Path("d.gpkg")]
    # nothing is replaced, and the lattice is not moved, unless somebody says so
    assert not parameters.overwrite
    assert parameters.tile_offset == (0, 0)


def test_parameters_cannot_be_changed_during_a_run():
    with pytest.raises(FrozenInstanceError):
        AssessmentParameters("a.tif", "b.tif", Path("d.gpkg")).overwrite = True
