"""Verification finds what is wrong with a bundle."""

import hashlib
import json

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from export.verification.bundle_check import verify_bundle
from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle
from xview2_qgis.engine.bundle.registry import find_model
from xview2_qgis.engine.errors import ModelError, RuntimeFailure


def verify(path):
    lines = []
    try:
        verify_bundle(path, lines.append)
    except ModelError as error:
        return lines, str(error)
    return lines, None


def change(folder, edit):
    """Edit the network and let the manifest have its new checksum."""
    path = folder / "joint.onnx"
    model = onnx.load(path)
    edit(model)
    onnx.save(model, path)
    manifest = json.loads((folder / "model.json").read_text())
    manifest["networks"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "model.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("kind", ["joint", "separate"])
def test_sound_bundle(kind, tmp_path):
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16, kind=kind)
    lines, error = verify(folder)
    assert error is None
    assert all(line.startswith("ok ") for line in lines)
    assert any("damage is a probability" in line for line in lines)
    assert verify(zip_bundle(folder, tmp_path / "tiny.xv2.zip"))[1] is None


@pytest.mark.parametrize("name", ["compact", "compact-int8"])
def test_shipped_bundles(name):
    lines, error = verify(find_model(name))
    assert error is None, lines


def test_engine_refuses_first(tmp_path):
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16)
    with (folder / "joint.onnx").open("ab") as file:
        file.write(b"x")
    lines, error = verify(folder)
    assert lines[0].startswith("FAILED  manifest, checksums")
    assert "checksum differs" in error


def replace_constant(name, value):
    def edit(model):
        (tensor,) = (t for t in model.graph.initializer if t.name == name)
        tensor.CopyFrom(numpy_helper.from_array(np.float32(value), name))

    return edit


def replace_softmax(model):
    (node,) = (n for n in model.graph.node if n.op_type == "Softmax")
    node.op_type = "Sigmoid"
    del node.attribute[:]


def forget_id(model):
    del model.metadata_props[:]


def say(key, text):
    def edit(model):
        (prop,) = (p for p in model.metadata_props if p.key == key)
        prop.value = text

    return edit


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (replace_constant("scale", 2.0), "building is a probability: values from"),
        (replace_constant("scale", float("nan")), "building is a probability: values that are not finite"),
        (replace_softmax, "damage is a probability: classes do not sum to 1"),
        (replace_constant("scale", 0.0), "building is a probability: values"),
        (forget_id, "its metadata names no bundle"),
        (say("id", "other"), "its metadata names the bundle 'other'"),
        (say("licence", "mine"), "its metadata says otherwise about licence"),
        (say("tile_size", "128"), "its metadata says otherwise about tile_size"),
        (say("gsd_m", "half a metre"), "its metadata says otherwise about gsd_m"),
    ],
)
def test_wrong_networks(edit, fault, tmp_path):
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16)
    change(folder, edit)
    lines, error = verify(folder)
    assert fault in error
    assert any(line.startswith("FAILED") and fault in line for line in lines)


def test_fault_on_blank_images_only(tmp_path):
    def divide_by_brightness(model):
        # 0 / 0 where everything is black, else 1
        (node,) = (n for n in model.graph.node if n.output[0] == "building")
        name = node.input[0]
        del model.graph.node[list(model.graph.node).index(node)]
        model.graph.node.extend(
            [
                onnx.helper.make_node("ReduceMax", [name], ["brightest"], axes=[2, 3], keepdims=1),
                onnx.helper.make_node("Div", [name, "brightest"], ["building"]),
            ]
        )

    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16)
    change(folder, divide_by_brightness)
    _, error = verify(folder)
    assert "building is a probability: on blank images, values that are not finite" in error


def test_stored_parity_counts(tmp_path):
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16, changes={"parity": {"pairs": 1, "agreement": 0.9}})
    lines, error = verify(folder)
    assert "parity is within its limits: all networks: agreement 0.9 is below 0.999" in error
    assert [line for line in lines if line.startswith("FAILED")] == [line for line in lines if "parity" in line]


def test_memory_is_no_fault_of_the_bundle(tmp_path, monkeypatch):
    def run_file(path, pairs):
        raise RuntimeFailure("a", "b", "out-of-memory")

    monkeypatch.setattr("export.verification.bundle_check.run_file", run_file)
    with pytest.raises(RuntimeFailure):
        verify_bundle(write_tiny_bundle(tmp_path / "tiny", 64, 16), lambda _: None)


def test_features_are_on_any_scale(tmp_path):
    lines, error = verify(write_tiny_bundle(tmp_path / "b", 64, 8, features=8))
    assert error is None
    assert any("features are numbers" in line for line in lines)
