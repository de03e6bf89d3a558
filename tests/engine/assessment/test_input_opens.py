"""How often a run opens its inputs: GDAL reads metadata, and of some formats everything, each time."""

from __future__ import annotations

from collections import Counter

import geopandas
import pyogrio
import pytest
import rasterio

from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


@pytest.fixture
def opened(monkeypatch):
    """Counts by file name how often rasterio and pyogrio open what lies on the disk."""
    counts = Counter()

    def counted(module, name):
        original = getattr(module, name)

        def call(path, *args, **options):
            # whether a file holds further directories is looked up under another name
            if isinstance(path, str) and not path.startswith("GTIFF_DIR:"):
                counts[path.rpartition("/")[2]] += 1
            return original(path, *args, **options)

        monkeypatch.setattr(module, name, call)

    counted(rasterio, "open")
    for name in ("list_layers", "read_info", "read_bounds"):
        counted(pyogrio, name)
    for name in ("open_arrow", "read"):
        counted(pyogrio.raw, name)
    return counts


@pytest.mark.parametrize(
    ("suffix", "footprints"),
    # what is known of the layer, its features; of an indexed one also which have no outline
    [("geojson", 2), ("gpkg", 3)],
)
def test_each_input_is_opened_once_or_for_one_reason(tmp_path, opened, suffix, footprints):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True, crs="EPSG:32617")
    known, area = tmp_path / f"known.{suffix}", tmp_path / f"area.{suffix}"
    frame = geopandas.GeoDataFrame(geometry=[house.polygon for house in HOUSES], crs="EPSG:32616")
    frame.to_file(known)
    frame.dissolve().to_file(area)
    parameters = AssessmentParameters(
        ImageOptions(pre),
        ImageOptions(post),
        output=tmp_path / "damage.gpkg",
        model=str(write_tiny_bundle(tmp_path / "tiny", 256, 64)),
        report=tmp_path / "report.html",
        aoi=str(area),
        footprints=str(known),
    )
    opened.clear()
    assess(Session.of(parameters), parameters, RunContext(Recorder()))
    # reading samples, co-registration, tiles and the map of the report share one handle
    assert (opened["pre.tif"], opened["post.tif"]) == (1, 1)
    assert (opened[area.name], opened[known.name]) == (2, footprints)
