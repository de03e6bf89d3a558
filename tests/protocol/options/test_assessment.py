"""Parameters of an assessment: to arguments, and from them."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given

from tests.any_parameters import PARAMETERS
from xview2_qgis.engine.command_line.parser import make_parser
from xview2_qgis.protocol.options.assessment import OPTIONS, AssessmentParameters, ImageOptions
from xview2_qgis.protocol.options.nodata_rule import NodataRule

PAIR = ImageOptions("a.tif"), ImageOptions("b.tif")


@given(PARAMETERS)
def test_arguments_say_all_that_was_asked_for(parameters):
    """What the plugin writes and the engine reads is the same."""
    arguments = parameters.arguments()
    options = make_parser(arguments).parse_args(arguments)
    assert AssessmentParameters.from_texts(vars(options)) == parameters


def test_arguments_are_single_words():
    pre = ImageOptions("-odd.tif", nodata=NodataRule(((-99.5, -90.0),), declared=False), shown_bands=(3, 2, 1))
    parameters = AssessmentParameters(pre, PAIR[1], Path("o.gpkg"), overwrite=True, register=False, events="json")
    assert parameters.arguments() == [
        "assess", "--pre=-odd.tif", "--post=b.tif", "--output=o.gpkg", "--model=auto", "--device=auto",
        "--precision=auto", "--register=off", "--outlines=plain", "--overwrite", "--events=json",
        "--pre-shown-bands=3,2,1", "--pre-nodata=none,-99.5:-90",
    ]  # fmt: skip


def test_words_of_widgets_are_values():
    texts = {"pre": "a.tif", "post": "b.tif", "output": "o.gpkg", "tta": "model", "register": "off", "overwrite": True}
    parameters = AssessmentParameters.from_texts(texts)
    assert (parameters.tta, parameters.register, parameters.overwrite) == (None, False, True)
    assert parameters.device == "auto"


def test_every_default_is_offered_first():
    parameters = AssessmentParameters(*PAIR, Path("o.gpkg"))
    offered = {option.name: option.offered for option in OPTIONS if option.offered}
    assert set(offered) == {"device", "precision", "tta", "register", "outlines", "events"}
    for option in OPTIONS:
        if option.offered:
            assert option.kind.value(option.offered[0]) == option.of(parameters)


def test_every_option_has_its_own_name_and_help():
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)
    assert [option.name for option in OPTIONS if option.help is None] == ["tile_offset"]
    assert [option.name for option in OPTIONS if option.required] == ["post", "output"]


@pytest.mark.parametrize("raster", [None, Path("d.tif")])
@pytest.mark.parametrize("report", [None, Path("d.html")])
def test_the_outputs_are_the_files_asked_for(raster, report):
    parameters = AssessmentParameters(*PAIR, Path("d.gpkg"), damage_raster=raster, report=report)
    assert parameters.outputs == [Path("d.gpkg"), *[path for path in (raster, report) if path is not None]]
    assert parameters.sources == ["a.tif", "b.tif", "auto", *map(str, parameters.outputs)]


def test_two_images_and_a_place_for_the_result_are_enough():
    needed = [field.name for field in fields(AssessmentParameters) if field.default is MISSING]
    assert needed == ["pre", "post", "output"]
    parameters = AssessmentParameters(*PAIR, Path("d.gpkg"))
    assert parameters.outputs == [Path("d.gpkg")]
    # without being asked for, nothing is replaced and the lattice is not moved
    assert not parameters.overwrite
    assert parameters.tile_offset == (0, 0)


def test_parameters_cannot_be_changed_during_a_run():
    with pytest.raises(FrozenInstanceError):
        AssessmentParameters(*PAIR, Path("d.gpkg")).overwrite = True
