"""``xview2:exportreviewed`` with the real engine."""

from __future__ import annotations

import json
import subprocess

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsRasterLayer, QgsVectorLayer

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, ROOT

_PROGRAM = """
import sys
from pathlib import Path
from tests.engine.drawn_houses import HOUSES
from tests.engine.retraining.reviewed_pair import assess_houses, review
result = assess_houses(Path(sys.argv[1]))
review(result, HOUSES, ["destroyed", "minor-damage", "no-building", None, None, None])
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reviewed")
    subprocess.run([PYTHON, "-c", _PROGRAM, str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture
def run(algorithm, project, monkeypatch):
    """Run the algorithm; return its outputs and the feedback."""
    del algorithm  # registers the provider
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)

    def start(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById("xview2:exportreviewed")
        outputs, ok = found.run(parameters, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback

    return start


def damage(path, project):
    return project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "damage"))


def test_folder_to_train_on(run, written, project, tmp_path):
    layer, out = damage(written / "damage.gpkg", project), tmp_path / "out"
    outputs, feedback = run(RESULTS=[layer], EVENT="Ida 2021", OUTPUT=str(out))
    assert (outputs["OUTPUT"], outputs["TILES"], outputs["BUILDINGS"]) == (str(out), 1, 2)
    assert {"destroyed: 1", "minor-damage: 1", "un-classified: 3"} <= set(feedback.infos)
    label = json.loads((out / "labels" / "ida-2021_00000000_post_disaster.json").read_text())
    assert len(label["features"]["xy"]) == 5
    with pytest.raises(QgsProcessingException, match="not an empty folder"):
        run(RESULTS=[layer], OUTPUT=str(out))


def test_images_are_layers_of_the_project(run, written, project, tmp_path):
    moved = tmp_path / "damage.gpkg"
    moved.write_bytes((written / "damage.gpkg").read_bytes())
    layer = damage(moved, project)
    with pytest.raises(QgsProcessingException, match=r"pre\.tif of damage\.gpkg was not found.*project"):
        run(RESULTS=[layer], OUTPUT=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    outputs, _ = run(RESULTS=[layer], IMAGES=str(written), OUTPUT=str(tmp_path / "chosen"))
    assert outputs["TILES"] == 1
    for name in ("pre", "post"):
        project.addMapLayer(QgsRasterLayer(str(written / f"{name}.tif"), name))
    outputs, _ = run(RESULTS=[layer], OUTPUT=str(tmp_path / "out"))
    assert outputs["TILES"] == 1


def test_edits_that_are_not_saved(run, written, project, tmp_path):
    layer = damage(written / "damage.gpkg", project)
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().indexOf("review_class"), "destroyed")
    with pytest.raises(QgsProcessingException, match="is being edited"):
        run(RESULTS=[layer], OUTPUT=str(tmp_path / "out"))
    layer.rollBack()
