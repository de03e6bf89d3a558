"""``xview2:batch`` with the real engine."""

from __future__ import annotations

import csv
import subprocess

import pytest
from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsRasterLayer,
    QgsVectorLayer,
)

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, ROOT
from xview2_qgis.review.damage_layer import is_reviewable

_PROGRAM = """
import sys
from pathlib import Path
from tests.engine.batch.drawn_scenes import draw_pair
from tests.engine.tiny_bundle import write_tiny_bundle
folder = Path(sys.argv[1])
for name in ("town", "harbour"):
    draw_pair(folder, name, size=(240, 200))
draw_pair(folder, "hill", "EPSG:32617", size=(240, 200))
write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    subprocess.run([PYTHON, "-c", _PROGRAM, str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture
def listed(drawn, tmp_path):
    """Write a list of scenes, one of which has no image."""

    def write(*names):
        path = tmp_path / "scenes.csv"
        lines = [f"{name};{drawn / f'{name}_pre.tif'};{drawn / f'{name}_post.tif'}" for name in names]
        path.write_text("\n".join(["id;pre;post", *lines]), encoding="utf-8-sig")
        return str(path)

    return write


@pytest.fixture
def run(algorithm, project, drawn, tmp_path, monkeypatch):
    """Run the algorithm; return its outputs, the feedback and the context."""
    del algorithm  # registers the provider
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)

    def start(feedback=None, **parameters):
        feedback, context = feedback or Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById("xview2:batch")
        given = {"MODEL": str(drawn / "tiny"), "DEVICE": "cpu", "REGISTER": "off", "FOLDER": str(tmp_path / "out")}
        given |= parameters
        ok, message = found.checkParameterValues(given, context)
        if not ok:
            raise QgsProcessingException(message)
        outputs, ok = found.run(given, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback, context

    return start


@pytest.fixture
def in_a_window(monkeypatch):
    """QGIS with a window: failures of scenes are told, and no script looks at an exit code."""
    import qgis.utils

    monkeypatch.setattr(qgis.utils, "iface", object())


def test_scenes_of_a_list_become_one_layer(run, listed, tmp_path):
    merged, event = tmp_path / "all.gpkg", tmp_path / "event.yaml"
    event.write_text("event: {name: Quake}\n")
    given = {"CATALOG": listed("town", "harbour", "hill"), "EVENT": str(event)}
    outputs, feedback, _ = run(**given, MERGED=str(merged), WITH_REPORTS=True)
    runs = QgsVectorLayer(f"{merged}|layername=run", "runs")
    assert [feature["event_name"] for feature in runs.getFeatures()] == ["Quake"] * 3
    assert (outputs["SCENES"], outputs["FAILED"]) == (3, 0)
    layer = QgsVectorLayer(outputs["MERGED"], "all")
    assert layer.isValid()
    assert layer.crs().authid() == "EPSG:4326"
    assert layer.featureCount() == outputs["BUILDINGS"] > 0
    assert layer.uniqueValues(layer.fields().indexOf("scene")) == {"town", "harbour", "hill"}
    # the style in the file
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
    assert layer.renderer().classAttribute() == "final_class"
    assert not is_reviewable(layer)
    assert is_reviewable(QgsVectorLayer(f"{tmp_path / 'out' / 'town.gpkg'}|layername=damage", "town"))
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"town.gpkg", "hill.html", "summary.csv"}
    with open(outputs["SUMMARY"], newline="") as table:
        assert [row["status"] for row in csv.DictReader(table)] == ["done"] * 3
    assert [info[:3] for info in feedback.infos if info[1:2] == "/"] == ["1/3", "2/3", "3/3"]
    assert feedback.percentages[-1] == 100
    assert "Assessing the scenes" in feedback.stages
    # the same folder again: nothing is assessed
    outputs, feedback, _ = run(CATALOG=listed("town", "harbour", "hill"), MERGED=str(merged), WITH_REPORTS=True)
    assert sum("kept from before" in info for info in feedback.infos) == 3


def test_an_area_in_memory_is_the_same_the_next_time(run, listed, drawn):
    image = QgsRasterLayer(str(drawn / "town_post.tif"), "post")
    area = QgsVectorLayer(f"Polygon?crs={image.crs().authid()}", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(image.extent()))
    assert area.dataProvider().addFeature(feature)
    told = [run(CATALOG=listed("town"), AOI=area)[1].infos for _ in range(2)]
    assert [any("kept from before" in info for info in infos) for infos in told] == [False, True]


def test_a_scene_that_fails_is_told(run, listed, tmp_path, in_a_window):
    outputs, feedback, _ = run(CATALOG=listed("town", "nowhere"), MERGED=str(tmp_path / "all.gpkg"))
    assert (outputs["SCENES"], outputs["FAILED"]) == (2, 1)
    assert feedback.errors[0].startswith("2/2 nowhere: ")
    assert "summary.csv" in feedback.errors[1]
    assert QgsVectorLayer(outputs["MERGED"], "all").isValid()


def test_a_script_learns_of_it_by_the_exit_code(run, listed):
    with pytest.raises(QgsProcessingException, match="1 of 2 scenes failed"):
        run(CATALOG=listed("town", "nowhere"))


def test_the_layer_is_loaded_with_its_style(run, listed, project, tmp_path):
    """As the dialog does it: the output is noted as a layer to load."""
    from qgis.core import QgsProcessingOutputLayerDefinition

    wanted = QgsProcessingOutputLayerDefinition(str(tmp_path / "all.gpkg"), project)
    outputs, _, context = run(CATALOG=listed("town"), MERGED=wanted)
    noted = context.layersToLoadOnCompletion()
    assert outputs["MERGED"] in noted
    assert any(source.endswith("|layername=assessed_area") for source in noted)
    details = context.layerToLoadOnCompletionDetails(outputs["MERGED"])
    assert "1 scene" in details.name
    layer = QgsVectorLayer(outputs["MERGED"], "all", "ogr", QgsVectorLayer.LayerOptions(False))
    details.postProcessor().postProcessLayer(layer, context, Feedback())
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)


def test_folders_are_listed_first(run, drawn, tmp_path):
    outputs, _, _ = run(PRE_FOLDER=str(drawn), POST_FOLDER=str(drawn), LIST_ONLY=True)
    with open(outputs["SUMMARY"], newline="") as table:
        assert {row["id"] for row in csv.DictReader(table)} == {"town", "harbour", "hill"}
    assert outputs["SCENES"] == 3
    assert not list((tmp_path / "out").glob("*.gpkg"))


@pytest.mark.parametrize(
    "given", [{}, {"PRE_FOLDER": "/tmp"}, {"CATALOG": "a.csv", "PRE_FOLDER": "/tmp", "POST_FOLDER": "/tmp"}]
)
def test_a_list_or_two_folders(run, given):
    with pytest.raises(QgsProcessingException, match="either a list of scenes or two folders"):
        run(**given)


def test_a_list_that_is_none_is_told(run, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,image\n")
    with pytest.raises(QgsProcessingException, match="no column post"):
        run(CATALOG=str(path))


def test_cancelled_keeps_what_is_done(run, listed, tmp_path):
    class Impatient(Feedback):
        def pushInfo(self, info):  # noqa: N802 - QGIS's name
            super().pushInfo(info)
            if info.startswith("1/3"):
                self.cancel()

    feedback = Impatient()
    with pytest.raises(QgsProcessingException):
        run(feedback, CATALOG=listed("town", "harbour", "hill"))
    assert "run it again to go on" in feedback.infos[-1]
    assert (tmp_path / "out" / "town.gpkg").is_file()
    assert not (tmp_path / "out" / "hill.gpkg").exists()
