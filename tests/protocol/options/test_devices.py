from __future__ import annotations

import pytest

from xview2_qgis.protocol.options.devices import DEVICE_CHOICES, DEVICES, devices_of


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


def test_the_choices_are_all_devices_and_the_automatic_one():
    assert ("auto", *DEVICES) == DEVICE_CHOICES
