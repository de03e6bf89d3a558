"""Nobody in QGIS is told to add options to a command."""

from __future__ import annotations

import re

import pytest

from xview2_qgis.engine_process.hints import hint_in_qgis


@pytest.mark.parametrize(
    ("code", "hint", "said"),
    [
        ("precision", "use --precision auto, or export the model", "use precision auto, or export the model"),
        ("device", "CoreML exists on macOS only, use --device auto", "choose Automatic or the CPU as device"),
        ("not-finite", "use --precision fp32 or --device cpu", "choose fp32 as precision, or the CPU as device"),
        ("out-of-memory", "use --batch-size 1, or close other programs", "close other programs"),
        ("image-missing", "name the folder with --images", "add the images of the run to the project"),
        ("no-crs", "assign one, in QGIS by Set Layer CRS, else with --pre-crs or --post-crs", "Set Layer CRS"),
        ("disk-space", "free space, or give an area of interest (--aoi)", "free space, or choose an area of interest"),
        ("no-overlap", "choose images of the same place - both", "choose images of the same place - both"),
    ],
)
def test_hints(qgis_app, code, hint, said):
    text = hint_in_qgis(code, hint)
    assert said in text
    assert not re.search("--[a-z]|{", text)
