"""The sample town is written once, by the engine."""

from __future__ import annotations

import os

import pytest

from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.gui.engine.sample_town import SampleTown, sample_folder
from xview2_qgis.gui.image_files import ImageFiles


@pytest.fixture
def town(qgis_app, tmp_path):
    town = SampleTown(tmp_path / "sample town")
    town.heard = []
    town.written.connect(lambda files: town.heard.append(("written", files)))
    town.failed.connect(lambda text: town.heard.append(("failed", text)))
    yield town
    town.stop()


def test_it_is_written_and_found_again(town, environment, wait_until, tmp_path):
    engine = EngineEnvironment(str(environment().python))
    town.write(engine)
    assert town.busy
    wait_until(lambda: town.heard)
    folder = tmp_path / "sample town"
    files = ImageFiles(folder / "pre.tif", folder / "post.tif")
    assert town.heard == [("written", files)]
    # images that may be open in QGIS are not written again: at once, and without an engine
    os.remove(engine.interpreter)
    town.write(engine)
    assert town.heard == [("written", files)] * 2


def test_it_cannot_be_written(town, environment, wait_until):
    town.write(EngineEnvironment(str(environment(demo=False).python)))
    wait_until(lambda: town.heard)
    [(kind, text)] = town.heard
    assert kind == "failed"
    assert text.endswith("The disk is full: free space.")
    assert not town.busy


def test_an_engine_that_is_gone(town, wait_until, tmp_path):
    town.write(EngineEnvironment(str(tmp_path / "gone")))
    wait_until(lambda: town.heard)
    assert [kind for kind, _ in town.heard] == ["failed"]


def test_it_is_kept_beside_the_engine(managed):
    assert sample_folder() == managed / "sample-town"
