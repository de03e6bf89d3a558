"""The tiny analytic model."""

from __future__ import annotations

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))
