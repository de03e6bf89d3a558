"""What becomes of the results when QGIS loads them, one step at a time."""

from __future__ import annotations

import pytest
import qgis.utils
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from tests.plugin.fake_engine import write_geopackage, write_raster
from tests.plugin.recording_feedback import Feedback
from xview2_qgis.processing.assess.result_presentation import (
    ShowClasses,
    ShowOwnStyle,
    Titles,
    present_result,
)
from xview2_qgis.results.result_names import ResultNames


@pytest.fixture
def context(project):
    context = QgsProcessingContext()
    context.setProject(project)
    return context


TITLES = Titles(ResultNames("after"), ("Damage", "Raster"))


def note(context, path, name):
    """Have a file loaded at the end, as QGIS notes it when it is asked for an output."""
    context.addLayerToLoadOnCompletion(path, QgsProcessingContext.LayerDetails(name, QgsProject.instance(), name))


@pytest.fixture
def damage(project, tmp_path):
    """A damage layer whose file holds a style of its own, opened without it as Processing does."""
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    source = f"{path}|layername=damage"
    styled = QgsVectorLayer(source, "damage", "ogr")
    styled.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#d7191c"})))
    styled.saveStyleToDatabase("damage", "", True, "")
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    layer = QgsVectorLayer(source, "damage", "ogr", options)
    assert colour(layer) != "#d7191c"
    project.addMapLayer(layer)
    return layer


def colour(layer):
    return layer.renderer().symbol().color().name()


@pytest.fixture
def window(interface, monkeypatch):
    """The window of QGIS, which shows another place."""
    monkeypatch.setattr(qgis.utils, "iface", interface)
    interface.canvas.setExtent(QgsRectangle(0, 0, 10, 10))
    return interface


def test_the_layer_is_loaded_instead_of_its_file(context):
    note(context, "/a/out.gpkg", "Damage")
    note(context, "/a/other.tif", "Other")
    present_result(context, "/a/out.gpkg", "", TITLES)
    assert sorted(context.layersToLoadOnCompletion()) == [
        "/a/other.tif",
        "/a/out.gpkg|layername=assessed_area",
        "/a/out.gpkg|layername=damage",
    ]
    area = context.layerToLoadOnCompletionDetails("/a/out.gpkg|layername=assessed_area")
    assert (area.name, area.outputName, area.project) == (
        "Assessed area – after", "ASSESSED_AREA", QgsProject.instance(),
    )  # fmt: skip
    details = context.layerToLoadOnCompletionDetails("/a/out.gpkg|layername=damage")
    assert (details.name, details.outputName) == ("Damage – after", "Damage")
    assert details.forceName
    assert isinstance(details.postProcessor(), ShowOwnStyle)
    assert context.layerToLoadOnCompletionDetails("/a/other.tif").postProcessor() is None


def test_names_that_a_model_gives_its_layers_stay(context):
    note(context, "/a/out.gpkg", "Buildings of the town")
    present_result(context, "/a/out.gpkg", "", TITLES)
    details = context.layerToLoadOnCompletionDetails("/a/out.gpkg|layername=damage")
    assert details.name == "Buildings of the town"


def test_damage_lies_above_the_raster_in_one_group(context):
    note(context, "/a/out.gpkg", "Damage")
    note(context, "/a/damage.tif", "Raster")
    present_result(context, "/a/out.gpkg", "/a/damage.tif", TITLES)
    above = context.layerToLoadOnCompletionDetails("/a/out.gpkg|layername=damage")
    below = context.layerToLoadOnCompletionDetails("/a/damage.tif")
    assert isinstance(above.postProcessor(), ShowOwnStyle)
    assert isinstance(below.postProcessor(), ShowClasses)
    if hasattr(above, "groupName"):
        assert above.groupName == below.groupName == "Damage – after"
        assert above.layerSortKey > below.layerSortKey


def test_what_is_not_to_be_loaded_is_left_alone(context):
    note(context, "/a/other.gpkg", "Other")
    present_result(context, "/a/out.gpkg", "/a/damage.tif", TITLES)
    present_result(context, "/a/out.gpkg", "", TITLES)
    assert list(context.layersToLoadOnCompletion()) == ["/a/other.gpkg"]
    assert context.layerToLoadOnCompletionDetails("/a/other.gpkg").postProcessor() is None


def test_the_style_in_the_file_and_no_move_of_the_map(context, damage, window):
    shown = window.canvas.extent()
    ShowOwnStyle().postProcessLayer(damage, context, Feedback())
    assert colour(damage) == "#d7191c"
    assert window.canvas.extent() == shown


def test_what_the_run_read_is_noted(context, damage):
    ShowOwnStyle(None, ("/a/pre.tif", "/a/post.tif")).postProcessLayer(damage, context, Feedback())
    assert [damage.customProperty(f"xview2/{role}") for role in ("pre", "post")] == ["/a/pre.tif", "/a/post.tif"]


def test_what_the_user_set_for_such_layers_stays(context, damage, project, tmp_path):
    damage.setRenderer(QgsCategorizedSymbolRenderer("damage_class"))
    ShowOwnStyle().postProcessLayer(damage, context, Feedback())
    assert isinstance(damage.renderer(), QgsCategorizedSymbolRenderer)


def test_without_a_window_there_is_the_style_only(context, damage, monkeypatch):
    monkeypatch.setattr(qgis.utils, "iface", None)
    ShowOwnStyle().postProcessLayer(damage, context, Feedback())
    assert colour(damage) == "#d7191c"


def test_the_classes_of_the_raster(context, tmp_path):
    path = str(tmp_path / "damage.tif")
    write_raster(path)
    layer = QgsRasterLayer(path, "damage")
    ShowClasses().postProcessLayer(layer, context, Feedback())
    assert isinstance(layer.renderer(), QgsPalettedRasterRenderer)
    assert [entry.value for entry in layer.renderer().classes()] == [1, 2, 3, 4]


def test_a_layer_of_the_wrong_kind_is_left_as_it_is(context, damage, tmp_path, window):
    before = colour(damage)
    ShowClasses().postProcessLayer(damage, context, Feedback())
    assert colour(damage) == before
    path = str(tmp_path / "damage.tif")
    write_raster(path)
    raster = QgsRasterLayer(path, "damage")
    kind = type(raster.renderer())
    ShowOwnStyle().postProcessLayer(raster, context, Feedback())
    assert type(raster.renderer()) is kind
