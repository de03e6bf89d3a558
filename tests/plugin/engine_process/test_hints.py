"""Nobody in QGIS is told to add options to a command."""

from __future__ import annotations

import re

import pytest

from xview2_qgis.engine_process.hints import hint_in_qgis


@pytest.mark.parametrize(
    ("code", "hint", "said"),
    [
        ("device", "use --precision fp32 or --device cpu", "use precision fp32 or device cpu"),
        ("out-of-memory", "use --batch-size 1, or close other programs", "close other programs"),
        ("no-crs", "assign one, in QGIS by Set Layer CRS, else with --pre-crs or --post-crs", "Set Layer CRS"),
        ("no-overlap", "choose images of the same place - both", "choose images of the same place - both"),
    ],
)
def test_hints(qgis_app, code, hint, said):
    text = hint_in_qgis(code, hint)
    assert said in text
    assert not re.search("--[a-z]", text)
