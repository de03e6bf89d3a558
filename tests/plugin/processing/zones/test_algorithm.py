"""``xview2:zones`` with the real engine."""

from __future__ import annotations

import pytest
from qgis.core import (
    NULL,
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, write_result_file
from xview2_qgis.processing.zones.presentation import ShowZones


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_result_file(tmp_path_factory.mktemp("result") / "out.gpkg")


@pytest.fixture
def layer(written, project, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    return project.addMapLayer(QgsVectorLayer(f"{written}|layername=damage", "damage"))


@pytest.fixture
def run(algorithm, project):
    """Run the algorithm; return its outputs, the feedback and the context."""
    del algorithm  # registers the provider

    def start(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById("xview2:zones")
        ok, message = found.checkParameterValues(parameters, context)
        if not ok:
            raise QgsProcessingException(message)
        outputs, ok = found.run(parameters, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback, context

    return start


@pytest.fixture
def districts(layer, project):
    """Three districts in a memory layer, side by side over the buildings."""
    zones = QgsVectorLayer(f"Polygon?crs={layer.crs().authid()}&field=district_name:string", "districts", "memory")
    box = layer.extent()
    features = []
    for number, word in enumerate(("West", "Middle", "East")):
        feature = QgsFeature(zones.fields())
        west = box.xMinimum() + number * box.width() / 3
        rectangle = QgsRectangle(west, box.yMinimum() - 1, west + box.width() / 3, box.yMaximum() + 1)
        feature.setGeometry(QgsGeometry.fromRect(rectangle))
        feature["district_name"] = word
        features.append(feature)
    zones.dataProvider().addFeatures(features)
    return project.addMapLayer(zones)


def rows(source):
    return {feature["name"]: feature for feature in QgsVectorLayer(source, "zones").getFeatures()}


def test_a_memory_layer_counts_as_qgis_counts(run, layer, districts, tmp_path):
    table = tmp_path / "zones.xlsx"
    outputs, feedback, _ = run(
        RESULT=layer, KIND="polygons", ZONES=districts, OUTPUT=str(tmp_path / "zones.gpkg"), TABLE=str(table)
    )
    found = rows(outputs["OUTPUT"])
    assert list(found) == ["West", "Middle", "East"]
    points = [feature.geometry().pointOnSurface() for feature in layer.getFeatures()]
    for district in districts.getFeatures():
        inside = sum(district.geometry().contains(point) for point in points)
        assert found[district["district_name"]]["buildings"] == inside > 0
    assert outputs["ZONE_COUNT"] == 3
    assert outputs["OUTSIDE"] == 0
    assert table.exists()
    assert any(info.startswith("destroyed: ") for info in feedback.infos)


def test_a_selection_and_its_names(run, layer, districts, tmp_path):
    districts.selectByExpression("\"district_name\" = 'Middle'")
    chosen = QgsProcessingFeatureSourceDefinition(districts.id(), True)
    outputs, *_ = run(
        RESULT=layer, KIND="polygons", ZONES=chosen, ZONE_NAME="district_name", OUTPUT=str(tmp_path / "zones.gpkg")
    )
    assert list(rows(outputs["OUTPUT"])) == ["Middle"]
    assert outputs["OUTSIDE"] > 0


@pytest.mark.parametrize(("kind", "size"), [("grid", {"CELL_SIZE": 60}), ("h3", {"RESOLUTION": 11})])
def test_cells(run, layer, tmp_path, kind, size):
    outputs, *_ = run(RESULT=layer, KIND=kind, OUTPUT=str(tmp_path / "zones.gpkg"), **size)
    found = rows(outputs["OUTPUT"])
    counts = [row["buildings"] for row in found.values()]
    assert sum(count for count in counts if count != NULL) + outputs["OUTSIDE"] == layer.featureCount()
    assert len(found) == outputs["ZONE_COUNT"] > 10


def test_the_layer_is_loaded_in_its_style_and_with_a_name(run, layer, tmp_path, project):
    """As the toolbox does it: the output is to be loaded when the run ends."""
    from qgis.core import QgsProcessingOutputLayerDefinition

    path = str(tmp_path / "zones.gpkg")
    definition = QgsProcessingOutputLayerDefinition(path, project)
    outputs, _, context = run(RESULT=layer, KIND="grid", CELL_SIZE=100, OUTPUT=definition)
    assert list(context.layersToLoadOnCompletion()) == [outputs["OUTPUT"]]
    details = context.layerToLoadOnCompletionDetails(outputs["OUTPUT"])
    assert details.name == "Damage by zone – post – grid of 100 m"
    assert details.forceName  # QGIS's options prefer the name of the file, unless it is a temporary one
    assert isinstance(details.postProcessor(), ShowZones)
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    loaded = QgsVectorLayer(outputs["OUTPUT"], "zones", "ogr", options)
    details.postProcessor().postProcessLayer(loaded, context, None)
    assert isinstance(loaded.renderer(), QgsRuleBasedRenderer)
    rules = loaded.renderer().rootRule().children()
    assert rules[-1].label() == "Not observed"
    assert all(rule.filter() is not None and not rule.filter().hasParserError() for rule in rules)
    assert loaded.labelsEnabled()
    assert not loaded.labeling().settings().getLabelExpression().hasParserError()
    assert sorted(loaded.styleManager().styles()) == ["Destroyed", "Major damage or worse"]
    assert loaded.attributeAlias(loaded.fields().indexOf("share_destroyed")) == "Share destroyed"


def test_what_cannot_work_is_refused(run, layer, districts, tmp_path):
    with pytest.raises(QgsProcessingException, match="Choose a layer of zones"):
        run(RESULT=layer, KIND="polygons", OUTPUT=str(tmp_path / "zones.gpkg"))
    with pytest.raises(QgsProcessingException, match="damage layer of an assessment"):
        run(RESULT=districts, KIND="grid", OUTPUT=str(tmp_path / "zones.gpkg"))
    with pytest.raises(QgsProcessingException, match="ends in"):
        run(RESULT=layer, KIND="grid", OUTPUT=str(tmp_path / "zones.shp"))
    with pytest.raises(QgsProcessingException, match="is an input"):
        run(RESULT=layer, KIND="grid", OUTPUT=layer.source().split("|")[0])
