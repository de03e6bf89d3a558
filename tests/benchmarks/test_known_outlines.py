"""What is drawn is what comes back, wherever and however the grid lies."""

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from benchmarks.known_outlines import places, write_bundle
from benchmarks.product import Product, matches
from training.data.xbd import PairFiles


@pytest.fixture
def image(tmp_path):
    """An image of 200 × 160 pixels of half a metre, in degrees, at 30 degrees north."""
    path = tmp_path / "image.tif"
    step = 0.5 / 111_000
    transform = Affine(step / np.cos(np.radians(30)), 0, -85.7, 0, -step, 30.2)
    with rasterio.open(
        path, "w", driver="GTiff", crs="EPSG:4326", transform=transform, width=200, height=160, count=3, dtype="uint8"
    ):
        return path


@pytest.fixture
def labels(image):
    """Two houses of 12 × 9 m and one of 20 × 20 m."""
    with rasterio.open(image) as source:
        corners = [source.xy(row, column) for row, column in ((30, 30), (30, 120), (100, 80))]
    metric = geopandas.GeoSeries.from_xy(*zip(*corners, strict=True), crs="EPSG:4326").to_crs("EPSG:32616")
    sizes = ((12, 9), (12, 9), (20, 20))
    houses = [shapely.box(p.x, p.y - h, p.x + w, p.y) for p, (w, h) in zip(metric, sizes, strict=True)]
    return geopandas.GeoDataFrame({"subtype": "no-damage"}, geometry=houses, crs="EPSG:32616", index=range(3)).to_crs(
        "EPSG:4326"
    )


def test_places_show_the_same_ground(image, labels):
    found = dict(places(image))
    assert list(found) == ["grid of the pre-event image", "UTM", "UTM, turned by 30 degrees"]
    for place in found.values():
        corners = [place.transform @ (x * place.width, y * place.height) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        assert shapely.Polygon(corners).contains(labels.geometry.to_crs(place.crs).union_all())
    turned = found["UTM, turned by 30 degrees"].transform
    assert np.degrees(np.arctan2(turned.d, turned.a)) == pytest.approx(30)


def test_buildings_come_back_where_they_were_drawn(image, labels, tmp_path):
    model = write_bundle(tmp_path / "model", 0.5, 256)
    files = PairFiles("drawn", tmp_path)
    for title, place in places(image):
        place.draw(labels, (tmp_path / "drawn_pre.tif", tmp_path / "drawn_post.tif"))
        found, _, _ = Product(tmp_path, str(model), register=False).assess(files, tmp_path)
        near = matches(found, labels)
        assert len(near) == 3, title
        # each wall snaps to an edge of a pixel of 0.5 m, by 0.25 m at most, and the middle to the mean of two of them
        assert near["distance"].max() < 0.25 * 2**0.5, title
