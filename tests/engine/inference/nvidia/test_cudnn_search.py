"""Trying all of cuDNN's algorithms is chosen where a run gets shorter by it; the clock is one of the test."""

import pytest

from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference import devices
from xview2_qgis.engine.inference.devices import RuntimeOptions, open_networks
from xview2_qgis.engine.inference.nvidia.cudnn_search import LONG_RUN, SearchTrial, choose_search
from xview2_qgis.engine.inference.providers import provider_settings

NO_MEMORY = RuntimeFailure("the device has too little memory", "use less", "out-of-memory")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Gpu:
    """Seconds of loading with the first run, and of a later run, for each search."""

    def __init__(self, heuristic=(1.0, 0.4), exhaustive=(21.0, 0.2), fails=False):
        self.seconds = {"HEURISTIC": heuristic, "EXHAUSTIVE": exhaustive}
        self.now, self.opened, self.fails, self.alive = 0.0, [], fails, 0

    def open(self, search):
        assert self.alive == 0, "the networks of one search are given back before those of the other take memory"
        self.opened.append(search)
        return Networks(self, search)

    def trial(self, batch=4):
        return SearchTrial(self.open, batch, lambda: self.now)


class Networks:
    def __init__(self, gpu, search):
        self.gpu, self.search, self.runs = gpu, search, 0
        gpu.alive += 1

    def __call__(self):
        if self.search == "EXHAUSTIVE" and self.gpu.fails:
            raise NO_MEMORY
        self.gpu.now += self.gpu.seconds[self.search][self.runs > 0]
        self.runs += 1

    def __del__(self):
        self.gpu.alive -= 1


# 20 s more at the beginning, 0.05 s less a tile: even after 400 tiles
@pytest.mark.parametrize(
    ("tiles", "search"), [(LONG_RUN, "HEURISTIC"), (399, "HEURISTIC"), (401, "EXHAUSTIVE"), (10**6, "EXHAUSTIVE")]
)
def test_a_run_that_is_long_enough_takes_the_search_that_makes_it_shorter(tiles, search):
    gpu = Gpu()
    assert choose_search(tiles, ("gpu", "model"), gpu.trial()) == search
    assert gpu.opened == ["HEURISTIC", "EXHAUSTIVE"]
    assert gpu.alive == 0


def test_it_is_measured_once_for_what_it_depends_on():
    gpu = Gpu()
    for _ in range(2):
        assert choose_search(1000, ("gpu", "model"), gpu.trial()) == "EXHAUSTIVE"
        assert choose_search(100, ("gpu", "model"), gpu.trial()) == "HEURISTIC"
    assert len(gpu.opened) == 2
    other = Gpu(exhaustive=(21.0, 0.5))
    assert choose_search(1000, ("another gpu", "model"), other.trial()) == "HEURISTIC"
    assert len(other.opened) == 2


def test_a_little_faster_may_be_chance():
    assert choose_search(10**9, ("gpu",), Gpu(exhaustive=(1.0, 0.39)).trial()) == "HEURISTIC"


def test_too_little_memory_for_it_is_no_error_and_not_remembered():
    full = Gpu(fails=True)
    assert choose_search(10**6, ("gpu",), full.trial()) == "HEURISTIC"
    free = Gpu()
    assert choose_search(10**6, ("gpu",), free.trial()) == "EXHAUSTIVE"  # other programs have ended


@pytest.mark.parametrize(
    ("fits", "tried"),
    [
        (lambda search, batch: True, [("EXHAUSTIVE", 4)]),
        (lambda search, batch: search == "HEURISTIC", [("EXHAUSTIVE", 4), ("HEURISTIC", 4)]),
        (lambda search, batch: batch == 1, [("EXHAUSTIVE", 4), ("HEURISTIC", 4), ("HEURISTIC", 2), ("HEURISTIC", 1)]),
    ],
)
def test_a_device_that_is_full_goes_back_to_the_rules_and_then_to_smaller_batches(tmp_path, monkeypatch, fits, tried):
    """What opens and runs stands for a GPU."""
    bundle, attempts = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8)), []

    def warm_up(sessions, batch, size):
        attempts.append((sessions[0], batch))
        if not fits(*attempts[-1]):
            raise NO_MEMORY

    monkeypatch.setattr(devices, "available_devices", lambda: ("cpu", "cuda"))
    monkeypatch.setattr(devices, "open_network", lambda network, model, device, options, search: search)
    monkeypatch.setattr(devices, "choose_search", lambda tiles, parts, trial: "EXHAUSTIVE")
    monkeypatch.setattr(devices, "_warm_up", warm_up)
    loaded = open_networks(bundle, RuntimeOptions(device="cuda"), Recorder(), 1000)
    assert attempts == tried
    assert (loaded.sessions, loaded.batch_size) == ((tried[-1][0],), tried[-1][1])


@pytest.mark.parametrize("search", ["HEURISTIC", "EXHAUSTIVE"])
def test_the_provider_is_told(tmp_path, search):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8))
    (name, settings), cpu = provider_settings("cuda", bundle, search, half=False)
    assert (name, settings["cudnn_conv_algo_search"], cpu) == ("CUDAExecutionProvider", search, "CPUExecutionProvider")
