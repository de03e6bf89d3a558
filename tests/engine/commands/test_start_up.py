"""What takes long to load and is not needed before the first tile is loaded later, or not at all."""

import json
import re
import subprocess
import sys

import pytest

from tests.engine.drawn_houses import draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle


def test_an_assessment_loads_no_data_frames_and_what_finds_buildings_beside_the_networks(tmp_path):
    model = write_tiny_bundle(tmp_path / "tiny", tile_size=256, overlap=64)
    draw_houses(tmp_path / "pre.tif", False)
    draw_houses(tmp_path / "post.tif", True)
    images = ["--pre", str(tmp_path / "pre.tif"), "--post", str(tmp_path / "post.tif"), "--model", str(model)]
    # standard error, where imports are listed, in the place of standard output: both in the order in which they came
    run = subprocess.run(
        [sys.executable, "-u", "-X", "importtime", "-m", "xview2_qgis.engine", "assess", *images,
         "--output", str(tmp_path / "damage.gpkg"), "--events", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = run.stdout.splitlines()
    loaded = [found.group(1) for line in lines if (found := re.fullmatch(r"import time:.*\|\s*(\S+)", line))]
    packages = {name.partition(".")[0] for name in loaded}
    assert {"rasterio", "pyogrio", "onnxruntime"} <= packages
    # the names alone are listed where something asks for them in vain
    inside = {name.partition(".")[0] for name in loaded if "." in name}
    assert not inside & {"pandas", "geopandas", "distributed", "matplotlib", "scipy"}
    prepared = next(
        number for number, line in enumerate(lines)
        if line.startswith("{") and json.loads(line).get("stage") == "prepare" and json.loads(line)["done"] == 5
    )  # fmt: skip
    before = "\n".join(lines[:prepared])
    assert "onnxruntime" in before
    assert "skimage" not in before


@pytest.mark.parametrize(("command", "left_out"), [("assess", True), ("totals", True), ("score", False)])
def test_commands_that_read_stored_results_get_data_frames(command, left_out):
    program = (
        "import sys; sys.argv = ['xview2', sys.argv[1]]; import xview2_qgis.engine.__main__ as start; "
        "start._leave_data_frames_out(); print('geopandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program, command], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(left_out)
