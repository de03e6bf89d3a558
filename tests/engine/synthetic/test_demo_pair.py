"""The demo pair: as awkward as it promises, and its truth lies where the houses are."""

import numpy as np
import pyogrio
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.features import geometry_mask
from rasterio.warp import Resampling, reproject

from xview2_qgis.engine.errors import UsageError
from xview2_qgis.engine.synthetic import demo_pair
from xview2_qgis.protocol.schema import CLASS_NAMES, Damage


@pytest.fixture(scope="module")
def small():
    """A smaller town: the same code, a fraction of the time."""
    patch = pytest.MonkeyPatch()
    patch.setattr(demo_pair, "SIZE", (700, 560))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def files(small, tmp_path_factory):
    return demo_pair.write_demo(tmp_path_factory.mktemp("demo") / "new folder")


def test_the_rasters_are_what_the_demo_promises(files):
    rgb = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    with rasterio.open(files.pre) as pre, rasterio.open(files.post) as post:
        assert (pre.width, pre.height) == (700, 560)
        assert pre.crs.to_epsg() == 32633
        assert pre.res == (0.5, 0.5)
        assert set(pre.dtypes) == {"uint8"}
        assert pre.colorinterp == post.colorinterp == rgb
        assert post.crs.to_epsg() == 4326
        assert set(post.dtypes) == {"uint16"}
        assert post.nodata == 0
        data = post.read()
        assert 255 < data.max() <= 2047
        assert data[:, -1, 0].tolist() == [0, 0, 0]
        assert np.all(data[:, 0, -1] > 0)
        assert 0.03 < np.mean(data == 0) < 0.2


def test_the_image_after_is_displaced_as_stated(files):
    with rasterio.open(files.pre) as pre, rasterio.open(files.post) as post:
        before = pre.read(2).astype(np.float32)
        after = np.zeros_like(before)
        reproject(
            rasterio.band(post, 2),
            after,
            dst_transform=pre.transform,
            dst_crs=pre.crs,
            resampling=Resampling.bilinear,
        )
    # the shift under which the gradients agree best, sought over whole pixels
    part = slice(60, 400), slice(300, 600)

    def edges(image):
        gradient = np.hypot(*np.gradient(image))
        return np.minimum(gradient, np.quantile(gradient, 0.97))

    target = edges(before)[part]
    best = max(
        ((dx, dy) for dx in range(-6, 7) for dy in range(-6, 7)),
        key=lambda d: np.corrcoef(target.ravel(), np.roll(edges(after), (-d[1], -d[0]), (0, 1))[part].ravel())[0, 1],
    )
    east, north = demo_pair.DISPLACEMENT_M
    assert best == pytest.approx((east / 0.5, -north / 0.5), abs=1)


def test_the_truth_is_a_geopackage_1_2_with_all_classes_on_the_houses(files):
    truth = pyogrio.read_dataframe(files.truth, layer="truth")
    assert truth.crs.to_epsg() == 32633
    assert set(truth.damage) == {0, 1, 2, 3, 4}
    assert all(CLASS_NAMES[Damage(d)] == name for d, name in zip(truth.damage, truth.damage_class, strict=True))
    assert truth.geometry.is_valid.all()
    header = files.truth.read_bytes()[60:64]
    assert int.from_bytes(header, "big") == 10200  # user_version of GeoPackage 1.2, at byte 60 of a SQLite file
    with rasterio.open(files.pre) as pre:
        image = pre.read().astype(float)
        inside = geometry_mask(truth.geometry, image.shape[1:], pre.transform, invert=True)
    # plants are greener than roofs
    greenness = image[1] - (image[0] + image[2]) / 2
    assert greenness[inside].mean() < greenness[~inside].mean() - 5


def test_unknown_is_where_the_image_after_is_empty(files):
    truth = pyogrio.read_dataframe(files.truth, layer="truth")
    with rasterio.open(files.post) as post:
        valid = post.read_masks(1) > 0
        for building in truth.to_crs(post.crs).itertuples():
            seen = geometry_mask([building.geometry.centroid.buffer(1e-5)], valid.shape, post.transform, invert=True)
            if building.damage == Damage.UNKNOWN:
                assert not valid[seen].any()


def test_a_second_call_replaces_its_own_files_and_leaves_nothing_else(files, small):
    before = files.pre.read_bytes()
    files.pre.with_name("pre.tif.aux.xml").write_text("<PAMDataset/>")
    again = demo_pair.write_demo(files.pre.parent)
    assert again == files
    assert again.pre.read_bytes() == before
    assert sorted(path.name for path in files.pre.parent.iterdir()) == ["post.tif", "pre.tif", "truth.gpkg"]


@pytest.mark.parametrize("name", ["pre.tif", "post.tif", "truth.gpkg"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path, name):
    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(UsageError, match="was not written by the demo"):
        demo_pair.write_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"precious"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UsageError) as caught:
        demo_pair.write_demo(tmp_path / "file" / "demo")
    assert caught.value.code == "output-unwritable"
