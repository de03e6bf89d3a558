"""``xview2:sample``, ``xview2:totals`` and ``xview2:score`` with the real engine."""

from __future__ import annotations

import csv

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsVectorLayer,
)

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, write_result_file


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_result_file(tmp_path_factory.mktemp("result") / "out.gpkg")


@pytest.fixture
def layer(written, project, tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    path = tmp_path / "out.gpkg"
    path.write_bytes(open(written, "rb").read())  # noqa: SIM115 - read at once
    return project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage"))


@pytest.fixture
def run(algorithm, project):
    """Run an algorithm of the provider; return its outputs and the feedback."""
    del algorithm  # registers the provider

    def start(name, **parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById(f"xview2:{name}")
        outputs, ok = found.run(parameters, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback

    return start


def review(layer, word):
    """Give all buildings the same review, without their probabilities."""
    field = layer.fields().indexOf("review_class")
    layer.dataProvider().changeAttributeValues({feature.id(): {field: word} for feature in layer.getFeatures()})


def test_sample_and_totals(run, layer, tmp_path):
    outputs, feedback = run("sample", RESULT=layer, SIZE=30, SEED=4)
    assert outputs["DRAWN"] == 30
    assert any(info.startswith("no-damage, sure: ") for info in feedback.infos)
    outputs, _ = run("totals", RESULT=layer)
    assert outputs["BUILDINGS"] == 200
    assert "DESTROYED_ESTIMATE" not in outputs
    review(layer, "destroyed")
    table = tmp_path / "totals.csv"
    outputs, feedback = run("totals", RESULT=layer.source(), TABLE=str(table))
    assert outputs["DESTROYED"] == 200
    assert outputs["DESTROYED_ESTIMATE"] == pytest.approx(200)
    assert outputs["DESTROYED_LOW"] < 190
    assert "30 of 30" in feedback.infos[-1]
    rows = {row["category"]: row for row in csv.DictReader(table.open(newline=""))}
    assert rows["no-damage"]["low"] == "0.0"
    with pytest.raises(QgsProcessingException, match="have been reviewed"):
        run("sample", RESULT=layer, SIZE=30)


def test_score_against_points_in_memory(run, layer, tmp_path):
    """The centroids of the model's own buildings, in degrees: everything is found, and right."""
    points = QgsVectorLayer("Point?crs=" + layer.crs().authid() + "&field=grade:integer", "points", "memory")
    features = []
    for building in layer.getFeatures():
        feature = QgsFeature(points.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(building.geometry().centroid().asPoint())))
        feature["grade"] = building["damage"]
        features.append(feature)
    points.dataProvider().addFeatures(features)
    report, table = tmp_path / "score.html", tmp_path / "score.csv"
    outputs, feedback = run(
        "score", RESULT=layer, REFERENCE=points, FIELD="grade", REPORT=str(report), TABLE=str(table)
    )
    assert outputs["LOCALIZATION_F1"] == 1.0
    assert outputs["DAMAGE_F1"] == pytest.approx(1.0, abs=1e-5)
    assert "SCORE" not in outputs  # points have no pixels
    assert report.read_text().startswith("<!DOCTYPE html>")
    assert table.exists()
    assert any("field grade" in warning for warning in feedback.warnings)


def test_score_against_the_result_itself(run, layer):
    outputs, _ = run("score", RESULT=layer, REFERENCE=layer, WHICH="model")
    assert outputs["SCORE"] == pytest.approx(1.0, abs=1e-5)
    assert outputs["PRECISION"] == outputs["RECALL"] == 1.0


@pytest.mark.parametrize("name", ["sample", "totals", "score"])
def test_what_is_no_result_is_refused(run, project, name):
    other = project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32618", "memory", "memory"))
    with pytest.raises(QgsProcessingException, match="damage layer of an assessment"):
        run(name, RESULT=other, REFERENCE=other, SIZE=10)
    assert QgsApplication.processingRegistry().algorithmById(f"xview2:{name}").shortHelpString()


def test_adapt(run, layer):
    with pytest.raises(QgsProcessingException, match="too few"):
        run("adapt", RESULT=layer)
    field = layer.fields().indexOf("review_class")
    layer.dataProvider().changeAttributeValues({
        feature.id(): {field: "destroyed" if feature["p_destroyed"] > 0.1 else feature["damage_class"]}
        for feature in layer.getFeatures() if feature["building_id"] <= 80 and feature["damage"]
    })  # fmt: skip
    dry, feedback = run("adapt", RESULT=layer, ACTION=1)
    assert dry["ACCURACY_GAIN"] > 0
    assert any("reviewed buildings" in info for info in feedback.infos)
    layer.dataProvider().reloadData()
    before = [feature["final_class"] for feature in layer.getFeatures()]
    done, _ = run("adapt", RESULT=layer)
    assert done["CHANGED"] == dry["CHANGED"] > 0
    layer.dataProvider().reloadData()
    assert [feature["final_class"] for feature in layer.getFeatures()] != before
    outputs, _ = run("adapt", RESULT=layer, ACTION=2)
    assert "CHANGED" not in outputs
    layer.dataProvider().reloadData()
    assert [feature["final_class"] for feature in layer.getFeatures()] == before
