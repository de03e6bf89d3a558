"""Predictions equal the formula the tiny networks were made from."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from tests.checkout import PARITY
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import GREY_STEPS, expected_building, expected_damage, write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision.second_place import second_place
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.devices import LoadedNetworks, RuntimeOptions, RuntimeReport
from xview2_qgis.engine.inference.predictor import Predictor, open_predictor
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.scene.pair_tile import PairTile
from xview2_qgis.protocol.events import Warned

SIZE = 64


def pair(seed=0, darkest=1):
    rng = np.random.default_rng(seed)
    pre, post = rng.integers(darkest, 256, (2, 3, SIZE, SIZE), dtype=np.uint8)
    return PairTile.of_images(pre, post)


def predictor(folder, *, batch_size=None, tta=None, gate=True, **bundle):
    opened = open_bundle(write_tiny_bundle(folder / "b", SIZE, 8, **bundle))
    return open_predictor(opened, RuntimeOptions("cpu", batch_size=batch_size), TextEvents(), tta=tta, gate=gate)


def check(prediction, tile):
    np.testing.assert_allclose(prediction.building, expected_building(tile.pre), atol=1e-5)
    np.testing.assert_allclose(prediction.damage, expected_damage(tile.pre, tile.post), atol=1e-3)
    np.testing.assert_allclose(prediction.damage.sum(axis=0), 1.0, atol=1e-5)


@pytest.mark.parametrize("tta", ["none", "mirror", "flips"])
@pytest.mark.parametrize(("kind", "channels"), [("joint", 4), ("joint", 5), ("separate", 4), ("separate", 5)])
@pytest.mark.parametrize("copies", [1, 3])
def test_all_forms_of_bundles_agree(tmp_path, kind, channels, copies, tta):
    run = predictor(tmp_path, kind=kind, damage_channels=channels, copies=copies, tta=tta)
    tile = pair()
    (prediction,) = run.predict([tile])
    check(prediction, tile)
    assert not prediction.gated


def test_part_of_a_batch_is_filled_up(tmp_path):
    run = predictor(tmp_path, batch_size=4)
    tiles = [pair(seed) for seed in range(3)]
    predictions = run.predict(tiles)
    assert len(predictions) == 3
    for prediction, tile in zip(predictions, tiles, strict=True):
        check(prediction, tile)
    for wrong in ([], tiles * 2):
        with pytest.raises(ValueError, match="batch of 4"):
            run.predict(wrong)


def test_damage_is_not_asked_where_nothing_stands(tmp_path):
    ran = []
    run = predictor(tmp_path, kind="separate", batch_size=2)
    for session in run._networks.second.sessions:
        original = session.run
        session.run = lambda images, original=original: ran.append(1) or original(images)
    empty = pair(1)
    empty.pre[0] = 60  # probability 0.235, below half of the threshold
    both = run.predict([empty, empty])
    assert [p.gated for p in both] == [True, True]
    assert ran == []
    np.testing.assert_array_equal(both[0].damage, np.full((4, SIZE, SIZE), 0.25))
    empty.pre[0, 5, 5] = 70  # one pixel above
    assert [p.gated for p in run.predict([empty])] == [False]
    assert ran == [1]


def test_damage_is_asked_where_classes_are_needed_anyway(tmp_path):
    run = predictor(tmp_path, kind="separate", damage_channels=4, batch_size=2)
    empty = pair(1)
    empty.pre[0] = 0
    assert [p.gated for p in run.predict([empty, empty])] == [True, True]
    both = run.predict([empty, replace(empty, has_footprints=True)])
    assert [p.gated for p in both] == [False, False]
    check(both[1], empty)


def test_a_building_counts_where_it_is_asked_for(tmp_path):
    run = predictor(tmp_path, kind="separate", damage_channels=4, batch_size=2)
    tile = pair(1)
    tile.pre[0] = 0
    tile.pre[0, 5, 5] = 255
    asked = np.zeros((3, SIZE, SIZE), bool)
    asked[0, 5, 5], asked[1, 5, 6] = True, True
    there, elsewhere, nowhere = (replace(tile, asked=mask) for mask in asked)
    assert [p.gated for p in run.predict([elsewhere, elsewhere])] == [True, True]
    assert [p.gated for p in run.predict([elsewhere, tile])] == [False, False]
    both = run.predict([elsewhere, there])
    assert [p.gated for p in both] == [False, False]
    check(both[1], tile)
    assert run.predict([nowhere])[0].gated


def test_the_gate_can_be_opened(tmp_path):
    run = predictor(tmp_path, kind="separate", damage_channels=4, gate=False)
    empty = pair()
    empty.pre[0] = 0
    (prediction,) = run.predict([empty])
    check(prediction, empty)


def test_no_class_left_beside_the_background(tmp_path):
    run = predictor(tmp_path, damage_channels=5)
    blank = PairTile.of_images(*np.zeros((2, 3, SIZE, SIZE), np.uint8))
    (prediction,) = run.predict([blank])
    np.testing.assert_allclose(prediction.damage, 0.25)
    np.testing.assert_array_equal(prediction.building, 0.0)


def test_grey_steps_mean_the_four_classes(tmp_path):
    run = predictor(tmp_path)
    for number, step in enumerate(GREY_STEPS):
        pre = np.full((3, SIZE, SIZE), 255, np.uint8)
        (prediction,) = run.predict([PairTile.of_images(pre, pre - np.uint8(step))])
        assert (prediction.damage.argmax(axis=0) == number).all()
        assert prediction.damage[number].min() > 0.99


class _Sided:
    """Stands for a network that answers differently left and right, top and bottom."""

    def __init__(self, value=0.0):
        self.network = SimpleNamespace(role="joint", outputs=("building", "damage"), weight=1.0)
        self.shapes = []
        self._value = value

    def run(self, images):
        count = len(images["pre"])
        self.shapes.append(images["pre"].shape)
        y, x = np.mgrid[0:SIZE, 0:SIZE] / np.float32(SIZE - 1)
        building = np.broadcast_to(np.float32(0.7 * x + 0.3 * y + self._value), (count, 1, SIZE, SIZE)).copy()
        return {"building": building, "damage": np.full((count, 4, SIZE, SIZE), np.float32(0.25))}


def _stand_in(folder, session, **options):
    bundle = open_bundle(write_tiny_bundle(folder / "b", SIZE, 8))
    report = RuntimeReport("cpu", "CPUExecutionProvider", "fp32")
    return Predictor(bundle, LoadedNetworks((session,), report, 1), **options)


def test_flips_are_taken_back_and_averaged(tmp_path):
    session = _Sided()
    (prediction,) = _stand_in(tmp_path, session, tta="flips").predict([pair()])
    np.testing.assert_allclose(prediction.building, 0.5, atol=1e-6)  # the mean of a plane and its mirror images
    assert session.shapes == [(1, 3, SIZE, SIZE)] * 4


def test_numbers_that_are_not_finite_are_an_error(tmp_path):
    with pytest.raises(RuntimeFailure, match="not finite"):
        _stand_in(tmp_path, _Sided(np.nan)).predict([pair()])


@pytest.mark.parametrize("weights", [(3.0, 1.0), (0.5, 4.5)])
@pytest.mark.parametrize("channels", [4, 5])
def test_networks_count_by_their_weights(tmp_path, weights, channels):
    run = predictor(tmp_path, kind="separate", damage_channels=channels, copies=2, weights=weights, worse=(0.0, 0.25))
    tile = pair(3)
    (prediction,) = run.predict([tile])
    both = [expected_damage(tile.pre, tile.post, worse) for worse in (0.0, 0.25)]
    np.testing.assert_allclose(prediction.damage, np.average(both, axis=0, weights=weights), atol=1e-3)
    np.testing.assert_allclose(prediction.building, expected_building(tile.pre), atol=1e-5)


def test_flips_belong_to_the_model_unless_the_user_wants_otherwise(tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8, changes={"tta": "flips"}))
    report = RuntimeReport("cpu", "CPUExecutionProvider", "fp32")
    for tta, runs in ((None, 4), ("flips", 4), ("none", 1)):
        session = _Sided()
        Predictor(bundle, LoadedNetworks((session,), report, 1), tta=tta).predict([pair()])
        assert len(session.shapes) == runs


@pytest.mark.parametrize("kind", ["separate", "joint"])
def test_second_place_decides_bytes(tmp_path, kind):
    changes = {"decision": {"rule": "second-place"}, "tta": "flips"}
    weights = (3.0, 1.0)
    run = predictor(
        tmp_path, kind=kind, damage_channels=5, copies=2, weights=weights, worse=(0.0, 0.25), changes=changes
    )
    tile = pair(4)
    tile.pre[0, :32] = 0  # nothing there for the localization
    (prediction,) = run.predict([tile])
    building = expected_building(tile.pre)
    grey = [np.floor(np.float32(255) * building * expected_damage(tile.pre, tile.post, worse)) for worse in (0.0, 0.25)]
    damage = np.floor(np.average(grey, axis=0, weights=weights)).astype(np.uint8)
    decided = second_place(tile.pre[0], damage)
    # the last bit of a float32 may make a grey value less
    assert np.mean(prediction.building != decided.building) < 0.005
    assert np.mean(prediction.damage.argmax(axis=0) + 1 != decided.damage) < 0.005
    assert (prediction.building == 0).any()
    assert (prediction.building == 1).any()
    np.testing.assert_array_equal(prediction.damage.sum(axis=0), 1)
    assert set(np.unique(prediction.damage)) == {0, 1}
    assert not prediction.gated


def test_second_place_is_never_gated(tmp_path):
    changes = {"decision": {"rule": "second-place"}}
    run = predictor(tmp_path, kind="separate", changes=changes)
    dark = PairTile.of_images(*np.zeros((2, 3, SIZE, SIZE), np.uint8))
    (prediction,) = run.predict([dark])
    # a background of 1 leaves no class anything, and the first of equals wins
    assert not prediction.gated
    assert not prediction.building.any()
    assert (prediction.damage[0] == 1).all()


def test_fifth_place_decides_every_pixel(tmp_path):
    run = predictor(tmp_path, damage_channels=4, changes={"decision": {"rule": "fifth-place"}})
    tile = pair(5)
    (prediction,) = run.predict([tile])
    np.testing.assert_array_equal(prediction.building, tile.pre[0] > 127)
    likeliest = expected_damage(tile.pre, tile.post).argmax(axis=0)
    assert np.mean(prediction.damage.argmax(axis=0) != likeliest) < 1e-3
    assert set(np.unique(prediction.damage)) == {0, 1}


@pytest.mark.parametrize("scene", ["scene0", "scene3"])
def test_networks_that_say_the_published_scores_give_the_published_map(tmp_path, scene):
    data = np.load(PARITY / "postprocess_second_place.npz")
    # the middle of a grey value, which truncation finds again whatever the last bit
    building = (data[f"{scene}.loc"] + np.float32(0.5))[None, None] / 255
    classes = (np.moveaxis(data[f"{scene}.damage"], -1, 0) + np.float32(0.5))[None] / 255
    damage = np.concatenate([np.zeros_like(building), classes], axis=1)

    def says(role, weight, **outputs):
        network = SimpleNamespace(role=role, outputs=tuple(outputs), weight=weight)
        return SimpleNamespace(network=network, run=lambda images: outputs)

    folder = write_tiny_bundle(tmp_path / "b", 256, 0, kind="separate", changes={"decision": {"rule": "second-place"}})
    sessions = (
        says("localization", 1.0, building=building),
        says("damage", 1.0, damage=damage),
        says("damage", 2.0, damage=damage),
    )
    report = RuntimeReport("cpu", "CPUExecutionProvider", "fp32")
    run = Predictor(open_bundle(folder), LoadedNetworks(sessions, report, 1))
    blank = np.zeros((3, 256, 256), np.uint8)
    (prediction,) = run.predict([PairTile.of_images(blank, blank)])
    np.testing.assert_array_equal(prediction.building, data[f"{scene}.out_loc"])
    np.testing.assert_array_equal(prediction.damage.argmax(axis=0) + 1, data[f"{scene}.out_damage"])


@pytest.mark.parametrize(("rule", "loaded"), [("object-vote", False), ("second-place", True), ("fifth-place", False)])
def test_what_a_rule_needs_is_loaded_before_any_thread_begins(tmp_path, rule, loaded):
    """Two threads that import scikit-image at the same time have seen half of it."""
    changes = {} if rule == "object-vote" else {"decision": {"rule": rule}}
    write_tiny_bundle(tmp_path / "b", SIZE, 8, kind="separate", damage_channels=5, changes=changes)
    program = """
import sys
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.inference.predictor import open_predictor
from xview2_qgis.engine.inference.devices import RuntimeOptions
open_predictor(open_bundle(__import__("pathlib").Path(sys.argv[1])), RuntimeOptions("cpu"), TextEvents())
print("skimage.segmentation._watershed" in sys.modules, "skimage.measure._label" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "b")], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == [str(loaded)] * 2


class Scarce:
    """A network on a device that has memory for a few tiles at a time; it notes the size of each run."""

    def __init__(self, session, most):
        self.network, self.most = session.network, most
        self.session, self.sizes = session, []

    def run(self, images):
        self.sizes.append(len(images["post"]))
        if self.sizes[-1] > self.most:
            raise RuntimeFailure("the device has too little memory", "use less", "out-of-memory")
        return self.session.run(images)


@pytest.mark.parametrize(("most", "sizes"), [(2, [8, 4, 2, 2, 2, 2]), (8, [8, 8]), (1, [8, 4, 2, 1, 1, 1, 1, 1, 1])])
def test_too_little_memory_in_the_middle_of_a_run_makes_runs_smaller(tmp_path, most, sizes):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8))
    plain = open_predictor(bundle, RuntimeOptions(device="cpu"), TextEvents())
    scarce = Scarce(plain._loaded.sessions[0], most)
    events = Recorder()
    predictor = Predictor(bundle, LoadedNetworks((scarce,), plain.report, 8), events=events)
    tiles = [pair(seed) for seed in range(5)]
    for tile, prediction in zip(tiles, predictor.predict(tiles), strict=True):
        np.testing.assert_array_equal(prediction.damage, plain.predict([tile])[0].damage)
    predictor.predict(tiles[:1])  # they stay small
    assert scarce.sizes == sizes
    halvings = [(before, after) for before, after in pairwise(sizes) if after != before]
    warnings = events.of(Warned)
    assert [warning.code for warning in warnings] == ["batch-halved"] * len(halvings)
    for warning, (before, after) in zip(warnings, halvings, strict=True):
        assert f"{before} tiles at a time" in warning.message
        assert f"--batch-size {after} " in warning.message
        assert not warning.concerns_result  # the run takes longer


@pytest.mark.parametrize("fixed", [None, 3])
def test_memory_for_no_tile_at_all_is_an_error(tmp_path, fixed):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", SIZE, 8, fixed_batch=fixed))
    plain = open_predictor(bundle, RuntimeOptions(device="cpu"), TextEvents())
    scarce = Scarce(plain._loaded.sessions[0], 0)
    with pytest.raises(RuntimeFailure, match="too little memory"):
        Predictor(bundle, LoadedNetworks((scarce,), plain.report, fixed or 2)).predict([pair()])
    assert scarce.sizes == ([3] if fixed else [2, 1])
