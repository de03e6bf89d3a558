"""A pair somewhat larger than a tile is one tile, on whatever grid it lies; on the CPU tiles are cut at the edge."""

from __future__ import annotations

import geopandas
import pytest

from tests.engine.drawn_houses import draw_houses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.inference.predictor import Predictor
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

SIZE = 352  # of the tiles, and the sides of the pair


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return {
        multiple: str(write_tiny_bundle(folder / str(multiple), tile_size=SIZE, overlap=64, multiple=multiple))
        for multiple in (0, 16)
    }


@pytest.fixture
def seen(monkeypatch):
    """Rows and columns of all that the networks see."""
    shapes = []
    predict = Predictor.predict

    def noting(predictor, tiles):
        shapes.extend(tile.post.shape[1:] for tile in tiles)
        return predict(predictor, tiles)

    monkeypatch.setattr(Predictor, "predict", noting)
    return shapes


def run(folder, model, more=None, **place):
    pre = draw_houses(folder / "pre.tif", False, **place)
    post = draw_houses(folder / "post.tif", True, **place)
    parameters = AssessmentParameters(
        ImageOptions(pre), ImageOptions(post), output=folder / "damage.gpkg", model=model, register=False,
        overwrite=True, **(more or {}),
    )  # fmt: skip
    recorder = Recorder()
    assess(Session.of(parameters), parameters, RunContext(recorder))
    tiles = {total for stage, _, total in recorder.steps if stage == "infer"}
    return tiles.pop(), geopandas.read_file(folder / "damage.gpkg", layer="damage")


@pytest.mark.parametrize(
    "place",
    [{}, {"rotation": 4.0}, {"crs": "EPSG:4326"}, {"crs": "EPSG:32617"}],
    ids=["as it is", "turned", "degrees", "another zone"],
)
def test_a_pair_of_the_size_of_a_tile_is_one_tile(tmp_path, models, seen, place):
    tiles, found = run(tmp_path, models[16], size=(SIZE, SIZE), **place)
    assert (tiles, len(seen), len(found)) == (1, 1, 6)
    assert max(seen[0]) <= SIZE + 64
    assert not any(length % 16 for length in seen[0])


def test_tiles_at_the_edge_are_cut_and_the_buildings_stay(tmp_path, models, seen):
    size = 500, 430
    results = {}
    for multiple in (0, 16):
        seen.clear()
        tiles, found = run(tmp_path, models[multiple], size=size)
        results[multiple] = sum(rows * columns for rows, columns in seen), found[["damage", "geometry"]]
        assert tiles == 4
        assert (set(seen) == {(SIZE, SIZE)}) == (multiple == 0)
    # each pixel but for the overlaps once, and a quarter of the overlap and less than a multiple beyond each side
    most = (size[0] + 64 + 2 * (16 + 15)) * (size[1] + 64 + 2 * (16 + 15))
    assert results[16][0] <= most < results[0][0]
    assert results[16][1].equals(results[0][1])


def test_a_batch_is_of_one_size(tmp_path, models, seen):
    tiles, found = run(tmp_path, models[16], {"batch_size": 2}, size=(500, 430))
    assert (tiles, len(found)) == (4, 6)
    assert set(seen) == {(SIZE, SIZE)}
