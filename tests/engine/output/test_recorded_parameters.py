"""The record of parameters: the run can be repeated from it, and nothing in it is secret."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from tests.any_parameters import PARAMETERS
from xview2_qgis.engine.output.recorded_parameters import recorded_parameters
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions
from xview2_qgis.protocol.options.nodata_rule import NodataRule


def restored(text):
    """The parameters of a record; JSON has neither paths nor tuples nor rules."""
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()}
    for key in ("output", "damage_raster", "report"):
        said[key] = None if said[key] is None else Path(said[key])
    images = {}
    for role in ("pre", "post"):
        nodata = said.pop(f"{role}_nodata")
        details = {name: said.pop(f"{role}_{name}") for name in ("bands", "shown_bands", "crs")}
        rule = None if nodata is None else NodataRule.parse(nodata)
        images[role] = ImageOptions(said.pop(role), nodata=rule, **details)
    return AssessmentParameters(**images, **said)


@given(PARAMETERS)
def test_the_run_can_be_repeated_from_its_record_beside_its_files(parameters):
    """Names are enough there; how each kind of address is named is tested with the names."""
    simple = replace(
        parameters, pre=replace(parameters.pre, path="a.tif", crs="EPSG:32633"),
        post=replace(parameters.post, path="b.tif", crs=None), output=Path("o.gpkg"), model="m",
        aoi="a.gpkg|layername=x", footprints=None, damage_raster=Path("o.tif"), report=None, events="text",
        resume=False, scheduler=None, language="en",  # the language is that of the report, not of the run
        event=None,  # it stands in columns of its own
    )  # fmt: skip
    assert restored(json.dumps(recorded_parameters(simple))) == simple


def test_the_record_names_files_and_not_where_they_are():
    parameters = AssessmentParameters(
        ImageOptions("/vsicurl/https://jane:pass1@host/a/pre.tif?sig=token1"), ImageOptions("/home/jane/post.tif"),
        Path("/home/jane/o.gpkg"), aoi="/home/jane/a.gpkg|layername=x|subset=\"y\" = 1",
        model="/home/jane/tiny.xv2.zip", damage_raster=Path("/home/jane/o.tif"),
    )  # fmt: skip
    said = recorded_parameters(parameters)
    assert (said["pre"], said["post"], said["output"]) == ("pre.tif", "post.tif", "o.gpkg")
    assert (said["aoi"], said["model"]) == ('a.gpkg|layername=x|subset="y" = 1', "tiny.xv2.zip")
    assert (said["damage_raster"], said["report"]) == ("o.tif", None)
    whole = recorded_parameters(replace(parameters, record_paths=True))
    assert (whole["pre"], whole["post"]) == ("/vsicurl/https://host/…/pre.tif", "/home/jane/post.tif")
    assert whole["output"] == "/home/jane/o.gpkg"


def test_the_record_names_every_parameter_in_the_order_of_earlier_versions():
    """Those that nobody gave, too; who reads records compares them as text."""
    images = ImageOptions("a.tif", (3, 2, 1)), ImageOptions("b.tif", nodata=NodataRule.parse("0,5:6"))
    parameters = AssessmentParameters(*images, Path("o.gpkg"), overwrite=True, register=False)
    assert json.dumps(recorded_parameters(parameters)) == (
        '{"pre": "a.tif", "post": "b.tif", "output": "o.gpkg", "model": "auto", "aoi": null, "footprints": null, '
        '"damage_raster": null, "report": null, "device": "auto", "precision": "auto", "batch_size": null, '
        '"tta": null, "register": false, "overwrite": true, "discard_reviews": false, "pre_bands": [3, 2, 1], '
        '"post_bands": null, "pre_shown_bands": null, "post_shown_bands": null, "pre_nodata": null, '
        '"post_nodata": "0,5:6", "pre_crs": null, "post_crs": null, "record_paths": false, "tile_offset": [0, 0], '
        '"exclude": null, "keep_reviews": false, "outlines": "plain"}'
    )
