"""Networks take several sizes where they do, say so, and answer as before."""

import json

import numpy as np
import onnx
import pytest

from export.bundle.with_sizes import write_with_sizes
from export.cli import main
from tests.engine.tiny_bundle import seal_bundle, write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import ModelError, UsageError
from xview2_qgis.engine.inference.devices import RuntimeOptions, open_network


def test_any_multiple_is_taken_and_the_answer_stays(tmp_path):
    source = write_tiny_bundle(tmp_path / "one", 64, 8, features=16)
    assert open_bundle(source).size_multiple is None
    write_with_sizes(source, 16, tmp_path / "several")
    bundle = open_bundle(tmp_path / "several")
    assert (bundle.size_multiple, bundle.features) == (16, (6, 4, 4))
    written = {prop.key: prop.value for prop in onnx.load(bundle.networks[0].path).metadata_props}
    assert written["size_multiple"] == "16"
    images = np.random.default_rng(0).integers(0, 256, (2, 1, 3, 80, 80), dtype=np.uint8)
    opened = [(known, open_network(known.networks[0], known, "cpu", RuntimeOptions()))
              for known in (open_bundle(source), bundle)]  # fmt: skip
    whole = {"pre": images[0], "post": images[1]}
    tile = {name: image[..., :64, :64] for name, image in whole.items()}
    before, after = (session.run(tile) for _, session in opened)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    large = opened[1][1].run(whole)
    assert {name: values.shape[1:] for name, values in large.items()} == {
        "building": (1, 80, 80), "damage": (4, 80, 80), "features": (6, 5, 5),
    }  # fmt: skip
    np.testing.assert_array_equal(large["building"][..., :64, :64], before["building"])


def test_what_cannot_be(tmp_path, capsys):
    source = write_tiny_bundle(tmp_path / "one", 64, 8)
    with pytest.raises(UsageError, match="48 does not divide tiles of 64"):
        write_with_sizes(source, 48, tmp_path / "several")
    separate = write_tiny_bundle(
        tmp_path / "two", 64, 8, kind="separate", changes={"decision": {"rule": "second-place"}}
    )
    with pytest.raises(UsageError, match="decides whole tiles"):
        write_with_sizes(separate, 32, tmp_path / "several")
    assert main(["sizes", str(source), "--output", str(tmp_path / "several")]) == 0
    assert "any multiple of 32" in capsys.readouterr().out


def test_a_network_that_needs_one_size_stays_as_it_is(tmp_path):
    source = write_tiny_bundle(tmp_path / "one", 64, 8)
    network = onnx.load(source / "joint.onnx")
    # building + 0 for each of 64 rows
    ones = onnx.numpy_helper.from_array(np.zeros((1, 1, 64, 1), np.float32), "rows")
    network.graph.initializer.append(ones)
    last = next(node for node in network.graph.node if "building" in node.output)
    last.output[0] = "plain"
    network.graph.node.append(onnx.helper.make_node("Add", ["plain", "rows"], ["building"]))
    onnx.save(network, source / "joint.onnx")
    seal_bundle(source)
    with pytest.raises(ModelError, match="does not take images of 96×64"):
        write_with_sizes(source, 32, tmp_path / "several")
    assert not (tmp_path / "several").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size_multiple": 24}, "size_multiple must divide tile_size"),
        ({"size_multiple": 0}, "size_multiple must lie between 1 and 64"),
        ({"size_multiple": 8}, "has no whole number of features in 8 pixels"),
        ({"features": [6, 4]}, "features must be channels, rows and columns"),
        ({"features": [6, 4, 99]}, "features must lie between 1 and 64"),
        ({"features": None}, "of known lengths"),
    ],
)
def test_what_model_json_may_say(tmp_path, changes, words):
    bundle = write_tiny_bundle(tmp_path / "b", 64, 8, features=16, multiple=16, changes=changes)
    with pytest.raises(ModelError, match=words):
        open_bundle(bundle)


def test_a_network_of_one_size_cannot_promise_others(tmp_path):
    bundle = write_tiny_bundle(tmp_path / "b", 64, 8, changes={"size_multiple": 16})
    with pytest.raises(ModelError, match="takes one size of images only"):
        open_bundle(bundle)
    assert "size_multiple" in json.loads((bundle / "model.json").read_text())
