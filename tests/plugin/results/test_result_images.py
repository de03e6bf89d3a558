"""Where the images of a result are found: as noted in the project, else as its file records them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsRasterLayer, QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.results.result_images import ImagesMissingError, note_images, result_images


@pytest.fixture
def damage(project, tmp_path):
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    project.addMapLayer(layer)
    return layer


def record(tmp_path, pre, post):
    with closing(sqlite3.connect(tmp_path / "out.gpkg")) as database, database:
        database.execute("CREATE TABLE run (run_id TEXT, pre TEXT, post TEXT)")
        database.execute("INSERT INTO run VALUES ('1', ?, ?)", (pre, post))


def test_layers_of_the_project_by_their_names_in_the_record(project, damage, layers, tmp_path):
    record(tmp_path, "pre.tif", "post.tif")
    found = result_images(project, damage)
    assert [found.pre, found.post] == layers


def test_files_beside_the_result(project, damage, image_pair, tmp_path):
    record(tmp_path, "pre.tif", "post.tif")
    found = result_images(project, damage)
    assert [found.pre.source(), found.post.source()] == list(image_pair)


def test_whole_paths_in_the_record(project, damage, image_pair, tmp_path):
    record(tmp_path, *image_pair)
    assert result_images(project, damage).post.source() == image_pair[1]


def test_what_the_run_noted_counts_more_than_names(project, damage, layers, image_pair, tmp_path):
    elsewhere = tmp_path / "other" / "pre.tif"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes((tmp_path / "pre.tif").read_bytes())
    project.addMapLayer(QgsRasterLayer(str(elsewhere), "another"))
    record(tmp_path, "pre.tif", "post.tif")
    note_images(damage, str(elsewhere), image_pair[1])
    assert result_images(project, damage).pre.name() == "another"


@pytest.mark.parametrize(
    ("pre", "post", "words"),
    [("gone.tif", "post.tif", "“gone.tif”"), ("gone.tif", "lost.tif", "“gone.tif”, “lost.tif”")],
)
def test_missing_images_are_named(project, damage, image_pair, tmp_path, pre, post, words):
    record(tmp_path, pre, post)
    with pytest.raises(ImagesMissingError, match=words):
        result_images(project, damage)


def test_a_result_of_the_post_event_image_alone(project, damage, image_pair, tmp_path):
    record(tmp_path, "", "post.tif")
    with pytest.raises(ImagesMissingError, match="without a pre-event image"):
        result_images(project, damage)


def test_a_result_without_a_record(project, damage):
    with pytest.raises(ImagesMissingError, match="does not say"):
        result_images(project, damage)
