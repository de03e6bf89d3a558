"""Products are published: neither the folders nor the user of a run stand in them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import rasterio

from tests.checkout import ROOT
from tests.engine.assessment.facts.telling_names import FOLDER, USER, environment, tellers
from tests.engine.drawn_houses import draw_houses


def assessed(place, model, *options):
    """Run the command in a folder and as a user with telling names, and return the folder of its results."""
    home, results = place / USER, place / "results"
    images = home / FOLDER
    for folder in (images, results):
        folder.mkdir(parents=True)
    pair = draw_houses(images / "pre.tif", False), draw_houses(images / "post.tif", True)
    with rasterio.open(pair[0], "r+") as image:  # what programs of the user may have left in it
        image.update_tags(TIFFTAG_ARTIST=USER, TIFFTAG_COPYRIGHT=f"© Example, see {images}/terms.txt")
    (images / "area.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": '
        '"Polygon", "coordinates": [[[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]]}}]}'
    )
    (images / "event.json").write_text('{"event": {"name": "Example event", "glide": "EQ-2023-000015-TUR"}}')
    command = [
        sys.executable, "-m", "xview2_qgis.engine", "assess", f"--pre={pair[0]}", f"--post={pair[1]}", "--device=cpu",
        f"--output={results / 'damage.gpkg'}", f"--damage-raster={results / 'damage.tif'}", f"--model={model}",
        f"--report={results / 'report.html'}", f"--aoi={images / 'area.geojson'}", f"--event={images / 'event.json'}",
        *options,
    ]  # fmt: skip
    run = subprocess.run(
        command, cwd=images, env={**os.environ, **environment(home), "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return results


def test_no_product_tells_folders_or_user(tmp_path, model):
    results = assessed(tmp_path, model)
    names = {path.name for path in results.iterdir()}
    assert names >= {"damage.gpkg", "damage.tif", "report.html"}
    assert tellers(results) == []
    assert b"Example event" in (results / "damage.gpkg").read_bytes()
    with rasterio.open(results / "damage.tif") as raster:
        assert raster.tags()["EVENT_GLIDE"] == "EQ-2023-000015-TUR"


def test_on_request_they_do_and_the_search_would_find_them(tmp_path, model):
    results = assessed(tmp_path, model, "--record-paths")
    with zipfile.ZipFile(results / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(results / "damage.gpkg", "inside.gpkg")
    assert {"damage.gpkg", "packed.zip/inside.gpkg"} <= set(tellers(results))
