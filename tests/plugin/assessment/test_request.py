from __future__ import annotations

import pytest

from xview2_qgis.assessment.request import DEVICES, devices_of


@pytest.mark.parametrize(
    ("platform", "devices"),
    [
        ("linux", ("auto", "cpu", "cuda", "tensorrt")),
        ("win32", ("auto", "cpu", "cuda", "tensorrt", "directml")),
        ("darwin", ("auto", "cpu", "coreml")),
    ],
)
def test_devices_that_there_can_be(platform, devices):
    assert devices_of(platform) == devices
    assert set(devices) <= set(DEVICES)
