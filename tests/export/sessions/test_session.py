"""ONNX Runtime for checks: a file whose answer is known, pair by pair."""

import numpy as np
import pytest

from export.sessions.image_pairs import ImagePair, drawn_pair
from export.sessions.session import open_file, run_file
from tests.engine.tiny_bundle import expected_building, expected_damage, write_tiny_bundle
from xview2_qgis.engine.errors import ModelError

SIZE = (64, 64)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_bundle(folder, 64, 16)
    return write_tiny_bundle(folder, 64, 16, kind="separate")


def pairs(count):
    rng = np.random.default_rng(5)
    return [ImagePair(*rng.integers(0, 256, (2, 3, *SIZE), dtype=np.uint8)) for _ in range(count)]


def test_outputs_by_name_for_every_pair(folder):
    given = [*pairs(2), drawn_pair(SIZE)]
    found = list(run_file(folder / "joint.onnx", given))
    assert len(found) == 3
    for said, pair in zip(found, given, strict=True):
        assert set(said) == {"building", "damage"}
        assert (said["building"].shape, said["damage"].shape) == ((1, *SIZE), (4, *SIZE))
        np.testing.assert_allclose(said["building"][0], expected_building(pair.pre), atol=1e-6)
        np.testing.assert_allclose(said["damage"], expected_damage(pair.pre, pair.post), atol=1e-4)


def test_networks_are_given_the_images_they_take(folder):
    (pair,) = pairs(1)
    (localization,) = run_file(folder / "localization.onnx", [pair])
    (damage,) = run_file(folder / "damage.onnx", [pair])
    assert (set(localization), set(damage)) == ({"building"}, {"damage"})
    building = expected_building(pair.pre)
    np.testing.assert_allclose(damage["damage"][0], 1 - building, atol=1e-6)
    np.testing.assert_allclose(damage["damage"][1:], building * expected_damage(pair.pre, pair.post), atol=1e-4)


def test_pairs_are_run_when_they_are_asked_for(folder):
    """Real images are many and large; only one answer is kept at a time."""
    answers = run_file(folder / "joint.onnx", [*pairs(1), None])
    assert set(next(answers)) == {"building", "damage"}
    with pytest.raises(AttributeError):
        next(answers)


def test_the_order_of_the_nodes_changes_no_answer(folder):
    (pair,) = pairs(1)
    images = {"pre": pair.pre[None], "post": pair.post[None]}
    usual, in_order = (open_file(folder / "joint.onnx", in_order=order).run(None, images) for order in (False, True))
    for one, other in zip(usual, in_order, strict=True):
        np.testing.assert_array_equal(one, other)


def test_checks_run_on_the_processor(folder):
    """A GPU computes with other digits, and what is checked here is the file."""
    assert open_file(folder / "joint.onnx").get_providers() == ["CPUExecutionProvider"]


def test_images_of_another_size_are_refused(folder):
    with pytest.raises(ModelError, match=r"joint\.onnx failed while running") as caught:
        list(run_file(folder / "joint.onnx", [drawn_pair((32, 64))]))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(folder):
    with pytest.raises(ModelError, match=r"ONNX Runtime refuses nowhere\.onnx"):
        open_file(folder / "nowhere.onnx")
