"""Bundles are checked completely before use."""

import hashlib
import json
import os

import onnx
import pytest
from onnx import TensorProto, helper

from tests.engine.tiny_bundle import seal_bundle, write_tiny_bundle, zip_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import ModelError


def _replace_network(folder, change, name="joint.onnx"):
    """Change a network and write its new checksum into model.json."""
    model = onnx.load(folder / name)
    change(model)
    onnx.save(model, folder / name)
    return seal_bundle(folder)


def test_joint_bundle(tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8))
    (network,) = bundle.networks
    assert (network.role, network.inputs, network.outputs) == ("joint", ("pre", "post"), ("building", "damage"))
    assert (network.damage_channels, network.batch_size) == (4, None)
    assert bundle.checksum == hashlib.sha256(network.sha256.encode()).hexdigest()
    assert network.path.is_file()


def test_separate_bundle_with_several_networks(tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8, kind="separate", copies=2, fixed_batch=2))
    assert sorted(n.role for n in bundle.networks) == ["damage", "damage", "localization", "localization"]
    assert {n.damage_channels for n in bundle.networks} == {5, None}
    assert {n.batch_size for n in bundle.networks} == {2}
    assert next(n for n in bundle.networks if n.role == "localization").inputs == ("pre",)


@pytest.mark.parametrize(("kind", "channels"), [("separate", 4), ("joint", 4)])
def test_the_second_place_needs_the_background(tmp_path, kind, channels):
    changes = {"decision": {"rule": "second-place"}}
    with pytest.raises(ModelError, match="second-place needs networks that say building, and damage with background"):
        open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8, kind=kind, damage_channels=channels, changes=changes))
    bundle = open_bundle(write_tiny_bundle(tmp_path / "c", 64, 8, kind=kind, damage_channels=5, changes=changes))
    assert bundle.decision.name == "second-place"


def test_checksum_does_not_depend_on_the_order_in_the_manifest(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, kind="separate")
    first = open_bundle(folder).checksum
    card = json.loads((folder / "model.json").read_text())
    card["networks"].reverse()
    (folder / "model.json").write_text(json.dumps(card))
    assert open_bundle(folder).checksum == first


def test_changed_network_is_noticed(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8)
    content = bytearray((folder / "joint.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "joint.onnx").write_bytes(content)
    with pytest.raises(ModelError, match="damaged or was changed") as caught:
        open_bundle(folder)
    assert caught.value.code == "model-checksum"


def test_missing_network(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8)
    (folder / "joint.onnx").unlink()
    with pytest.raises(ModelError, match=r"joint\.onnx is missing"):
        open_bundle(folder)


def test_links_out_of_the_folder_are_refused(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8)
    (folder / "joint.onnx").rename(tmp_path / "outside.onnx")
    try:
        os.symlink(tmp_path / "outside.onnx", folder / "joint.onnx")
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(ModelError, match="outside"):
        open_bundle(folder)


def test_no_model_at_the_path(tmp_path):
    with pytest.raises(ModelError, match="no model at"):
        open_bundle(tmp_path / "nothing")


def _input_type(model):
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


def _input_name(model):
    model.graph.input[0].name = "before"


def _output_name(model):
    model.graph.output[0].name = "houses"


def _no_building(model):
    del model.graph.output[0]


def _size(model):
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 128


def _channels(model):
    model.graph.output[1].type.tensor_type.shape.dim[1].dim_value = 3


def _opset_old(model):
    model.opset_import[0].version = 9


def _opset_new(model):
    model.opset_import[0].version = 99


def _domain(model):
    model.opset_import.append(helper.make_opsetid("org.example.operators", 1))


def _hidden_domain(model):
    """A node without its domain among the operator sets: a runtime may know the domain all the same."""
    model.graph.node[0].domain, model.graph.node[0].op_type = "com.microsoft", "EPContext"


def _domain_in_a_branch(model):
    inner = helper.make_node("EPContext", [], ["k"], domain="com.microsoft")
    branch = helper.make_graph([inner], "b", [], [helper.make_tensor_value_info("k", TensorProto.FLOAT, [])])
    model.graph.node.append(helper.make_node("If", ["scale"], ["r"], then_branch=branch, else_branch=branch))


def _compiled(model):
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _onnx_twice(model):
    model.opset_import.append(helper.make_opsetid("ai.onnx", 17))


def _long_name(model):
    model.graph.input[0].name = "x" * 100_000


def _input_twice(model):
    model.graph.input.append(model.graph.input[0])


def _ir(model):
    model.ir_version = 14


def _contract(model):
    next(entry for entry in model.metadata_props if entry.key == "contract").value = "2"


def _batch(model):
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_input_type, "must be uint8"),
        (_input_name, "has the inputs before, post"),
        (_output_name, "has the outputs houses, damage"),
        (_no_building, "must be floating point N×5"),
        (_size, "must be uint8 N×3×64×64, is uint8 ?×3×128×64"),
        (_channels, "N×4×64×64 or N×5×64×64"),
        (_opset_old, "operator set 9"),
        (_opset_new, "operator set 99"),
        (_domain, "org.example.operators"),
        (_hidden_domain, "needs operators of com.microsoft"),
        (_domain_in_a_branch, "needs operators of com.microsoft"),
        (_compiled, "needs operators of com.microsoft"),
        (_onnx_twice, "operator set of ONNX twice"),
        (_long_name, "has the inputs xxx"),
        (_input_twice, "an input or output stands twice"),
        (_ir, "file version 14"),
        (_contract, "bundle format 2"),
        (_batch, "different batch sizes"),
    ],
)
def test_wrong_networks_are_explained(tmp_path, change, told):
    folder = _replace_network(write_tiny_bundle(tmp_path / "b", 64, 8), change)
    with pytest.raises(ModelError) as caught:
        open_bundle(folder)
    assert told in caught.value.message
    assert caught.value.message.startswith("joint.onnx")
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(
    ("differ", "told"),
    [
        ("precision", "no precision in which all its networks exist"),
        ("batch size", "networks of the model have different batch sizes"),
    ],
)
def test_networks_that_do_not_work_together(tmp_path, differ, told):
    """What no run could use is refused when the model is installed, not when it is used."""
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, kind="separate", fixed_batch=2)
    if differ == "precision":
        card = json.loads((folder / "model.json").read_text())
        card["networks"][0]["precision"] = "fp16"
        (folder / "model.json").write_text(json.dumps(card))
    else:
        other = write_tiny_bundle(tmp_path / "c", 64, 8, kind="separate", fixed_batch=3)
        (folder / "damage.onnx").write_bytes((other / "damage.onnx").read_bytes())
        seal_bundle(folder)
    with pytest.raises(ModelError, match=told):
        open_bundle(folder)


def test_a_joint_network_with_background_needs_no_building_output(tmp_path):
    folder = _replace_network(write_tiny_bundle(tmp_path / "b", 64, 8, damage_channels=5), _no_building)
    assert open_bundle(folder).networks[0].outputs == ("damage",)


def test_something_else_under_the_name_of_a_network(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8)
    (folder / "joint.onnx").write_bytes(b"no network")
    seal_bundle(folder)
    with pytest.raises(ModelError, match="no readable ONNX file"):
        open_bundle(folder)


def test_archive_is_unpacked_once_and_mended(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    archive = zip_bundle(write_tiny_bundle(tmp_path / "b", 64, 8), tmp_path / "tiny.xv2.zip")
    first, second = open_bundle(archive), open_bundle(archive)
    assert first == second
    assert first.path.is_relative_to(tmp_path / "cache")
    (first.path / "joint.onnx").write_bytes(b"")
    assert open_bundle(archive) == first
    assert [path.name for path in (tmp_path / "cache" / "bundles").iterdir()] == [first.path.name]


def test_features_are_told_by_their_shape(tmp_path):
    bundle = open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8, features=16))
    assert bundle.networks[0].outputs == ("building", "damage", "features")
    assert bundle.features == (6, 4, 4)
    assert bundle.feature_bytes == 2 * 6 * 16 / 64**2
    plain = open_bundle(write_tiny_bundle(tmp_path / "c", 64, 8))
    assert (plain.features, plain.feature_bytes) == (None, 0)


@pytest.mark.parametrize("shape", [["N", "C", 4, 4], ["N", 2000, 4, 4], ["N", 6, 65, 4], ["N", 6, "h", 4], ["N", 6, 4]])
def test_features_of_unknown_or_absurd_size_are_refused(tmp_path, shape):
    def reshape(model):
        info = next(output for output in model.graph.output if output.name == "features")
        info.CopyFrom(helper.make_tensor_value_info("features", TensorProto.FLOAT, shape))

    folder = _replace_network(write_tiny_bundle(tmp_path / "b", 64, 8, features=16), reshape)
    with pytest.raises(ModelError, match="output features must be floating point N×C×h×w of known lengths") as caught:
        open_bundle(folder)
    assert caught.value.code == "model-network"


def test_networks_that_disagree_about_features_are_refused(tmp_path):
    folder = write_tiny_bundle(tmp_path / "b", 64, 8, copies=2, features=16)
    other = write_tiny_bundle(tmp_path / "c", 64, 8, copies=2, features=8)
    (other / "joint-1.onnx").replace(folder / "joint-1.onnx")
    with pytest.raises(ModelError, match="disagree about the features"):
        open_bundle(seal_bundle(folder))
