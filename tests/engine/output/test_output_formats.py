"""The list of formats: what a run writes, in which order, and how the files are called."""

from xview2_qgis.engine.output_formats import FORMATS, asked_formats, destinations
from xview2_qgis.protocol.options.assessment import OPTIONS, AssessmentParameters, ImageOptions
from xview2_qgis.protocol.options.kinds import File


def parameters(folder, **outputs):
    return AssessmentParameters(ImageOptions("pre.tif"), ImageOptions("post.tif"), folder / "a.gpkg", **outputs)


def test_every_option_that_names_a_file_to_write_has_a_format(tmp_path):
    assert {form.option for form in FORMATS} == {option.name for option in OPTIONS if isinstance(option.kind, File)}


def test_a_run_writes_what_was_asked_for_the_geopackage_first(tmp_path):
    asked = parameters(tmp_path, report=tmp_path / "a.html", damage_raster=tmp_path / "a.tif")
    assert [form.option for form in asked_formats(asked)] == ["output", "damage_raster", "report"]
    assert [place.path.name for place in destinations(asked)] == ["a.gpkg", "a.tif", "a.html"]
    assert [place.name for place in destinations(asked)[1].replaced] == [
        "a.tif",
        "a.tif.aux.xml",
        "a.tif.ovr",
        "a.tif.msk",
    ]
    assert [form.option for form in asked_formats(parameters(tmp_path))] == ["output"]
