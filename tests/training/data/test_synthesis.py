"""Drawn folders: in the layout of xBD, the truth where it is drawn, and the same again for the same seed."""

import json

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from training.data import synthesis
from training.data.synthesis import synthesize
from training.data.xbd import check_folder, list_pairs, read_pair
from xview2_qgis.engine.synthetic.town import draw_town

SIZE = 96


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "new" / "folder"
    synthesize(folder, 3, SIZE, seed=4)
    return folder


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def label(files, date):
    return json.loads(files.label(date).read_text())


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_folder_of_xbd(folder):
    assert check_folder(folder) == []
    pairs = list_pairs(folder)
    assert [p.name for p in pairs] == ["town-fire_00000001", "town-flood_00000002", "town-wind_00000000"]
    assert len(content(folder)) == 4 * len(pairs)
    for files in pairs:
        for date in ("pre", "post"):
            metadata = label(files, date)["metadata"]
            assert (metadata["width"], metadata["height"], metadata["disaster"]) == (SIZE, SIZE, files.disaster)
            with rasterio.open(files.image(date)) as image:
                assert (image.count, image.shape, image.dtypes[0]) == (3, (SIZE, SIZE), "uint8")


def test_before_and_after_name_the_same_buildings(folder):
    """Outlines and identifiers are those of the pre-event image; the damage is known only after."""
    for files in list_pairs(folder):
        before, after = (label(files, date)["features"]["xy"] for date in ("pre", "post"))
        assert before
        assert [f["wkt"] for f in before] == [f["wkt"] for f in after]
        identifiers = [f["properties"]["uid"] for f in before]
        assert identifiers == [f["properties"]["uid"] for f in after]
        assert len(set(identifiers)) == len(identifiers)
        assert not any("subtype" in f["properties"] for f in before)
        assert {f["properties"]["subtype"] for f in after} <= {"no-damage", "minor-damage", "major-damage", "destroyed"}


def test_masks_are_the_outlines_as_gdal_draws_them(folder):
    classes = {"no-damage": 1, "minor-damage": 2, "major-damage": 3, "destroyed": 4}
    for files in list_pairs(folder):
        features = label(files, "post")["features"]["xy"]
        shapes = [(shapely.from_wkt(f["wkt"]), classes[f["properties"]["subtype"]]) for f in features]
        drawn = rasterize(shapes, (SIZE, SIZE), dtype=np.uint8)
        pair = read_pair(files)
        assert len(shapes) > 1
        assert np.mean(drawn != pair.damage) < 0.02  # the rules differ at edges
        np.testing.assert_array_equal(pair.building, pair.damage > 0)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_images_have_the_colours_that_were_drawn(tmp_path, monkeypatch):
    scenes = []
    monkeypatch.setattr(synthesis, "draw_town", lambda *a: scenes.append(draw_town(*a)) or scenes[-1])
    synthesize(tmp_path, 1, SIZE)
    (files,), (scene,) = list_pairs(tmp_path), scenes
    for date, expected in (("pre", scene.pre), ("post", scene.post)):
        with rasterio.open(files.image(date)) as image:
            np.testing.assert_array_equal(image.read(), expected)
    outlines = [shapely.from_wkt(f["wkt"]) for f in label(files, "post")["features"]["xy"]]
    assert len(outlines) == len(scene.buildings)
    for outline, building in zip(outlines, scene.buildings, strict=True):
        assert outline.hausdorff_distance(building.polygon) < 1e-6


def test_the_images_differ_where_buildings_were_damaged(folder):
    differences = {False: [], True: []}
    for files in list_pairs(folder):
        pair = read_pair(files)
        change = np.abs(pair.post.astype(int) - pair.pre).mean(axis=2)
        for hurt in (False, True):
            differences[hurt].extend(change[(pair.damage >= 3) if hurt else (pair.damage == 1)])
    assert differences[True]
    assert np.mean(differences[True]) > np.mean(differences[False])


def test_the_same_seed_draws_the_same_and_more_pairs_change_none(folder, tmp_path):
    synthesize(tmp_path / "fewer", 2, SIZE, seed=4)
    synthesize(tmp_path / "fewer", 1, SIZE, seed=4)  # again into the same folder
    first = content(tmp_path / "fewer")
    whole = content(folder)
    assert len(first) == 8
    assert first == {path: whole[path] for path in first}
    synthesize(tmp_path / "other", 1, SIZE, seed=5)
    other = content(tmp_path / "other")
    assert all(other[path] != whole[path] for path in other)
