"""A cluster of three worker processes on this machine, a tiny model and a drawn pair of some thirty tiles."""

from __future__ import annotations

import pytest
from distributed import LocalCluster

from tests.engine.drawn_houses import HOUSES, House, draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

_SIZE = (640, 430)


@pytest.fixture(scope="session")
def cluster():
    # a nanny starts a worker again that was killed, as on a real cluster
    with LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", memory_limit=None
    ) as running:
        yield running


@pytest.fixture
def workers(cluster):
    """The cluster with all its workers, also after a test that killed one."""
    cluster.wait_for_workers(3)
    return cluster


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=128, overlap=32, features=16))


@pytest.fixture
def pair(tmp_path):
    """Both images; the ground in one corner has no data, and the post-event image lies a little off the grid."""
    houses = (*HOUSES, House(-120, 80, 12, 12, 3), House(130, -80, 16, 10, 2))
    hole = {"hole": lambda u, v: (u > 60) & (v > 20)}
    pre = draw_houses(tmp_path / "pre.tif", False, houses, size=_SIZE, **hole)
    post = draw_houses(tmp_path / "post.tif", True, houses, gsd=0.4, size=(840, 560))
    return ImageOptions(pre), ImageOptions(post)


@pytest.fixture
def asked(tmp_path, model, pair):
    """Parameters of a run into a folder of its own."""

    def parameters(name, **changes):
        folder = tmp_path / name
        folder.mkdir()
        files = {"output": folder / "damage.gpkg", "damage_raster": folder / "damage.tif"}
        return AssessmentParameters(*pair, model=model, device="cpu", **files, **changes)

    return parameters
