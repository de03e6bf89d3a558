"""An exported bundle: opens in the engine, agrees with torch, replaces an older one only when complete."""

import json
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest

from export.bundle.bundle_plan import BundlePlan, Part
from export.bundle.card import default_card
from export.bundle.form import Form
from export.bundle.roles import missing_networks
from export.bundle.writer import manifest_text, write_bundle
from export.sessions.image_pairs import Checks, drawn_pair
from tests.export.decided_network import DecidedNetwork
from training.networks.scores import Scores
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import InputError, ModelError

SIZE = (64, 64)


def plan(*networks, form=None, **changes):
    parts = tuple(Part(f"net{i}", lambda n=n: n, **changes) for i, n in enumerate(networks))
    decision = ObjectVote(building_threshold=0.4)
    return BundlePlan(default_card("trial").card, parts, form or Form(SIZE), decision, overlap=16)


def write(folder, *networks, **options):
    return write_bundle(folder, plan(*networks, **options), Checks((drawn_pair(SIZE),), "drawn"), lambda _: None)


@pytest.mark.parametrize(
    ("networks", "roles", "channels"),
    [
        ([(1, 4)], ["joint"], [4]),
        ([(2, 4)], ["joint"], [4]),
        ([(1, 5)], ["joint"], [5]),
        ([(0, 5), (0, 5)], ["joint", "joint"], [5, 5]),
        ([(1, 0), (0, 5)], ["localization", "damage"], [None, 5]),
        ([(1, 0), (0, 4)], ["localization", "damage"], [None, 4]),
    ],
)
def test_engine_opens_it(networks, roles, channels, tmp_path):
    found = write(tmp_path / "trial", *(DecidedNetwork(*n) for n in networks))
    assert found == set(roles)
    assert missing_networks(found) is None
    bundle = open_bundle(tmp_path / "trial")
    assert (bundle.id, bundle.decision.building_threshold, bundle.tile_size) == ("trial", 0.4, 64)
    assert [network.role for network in bundle.networks] == roles
    assert [network.damage_channels for network in bundle.networks] == channels
    assert all(network.batch_size is None for network in bundle.networks)


@pytest.mark.parametrize("given", [None, "post", "zeros"])
def test_what_is_given_in_the_place_of_a_pre_event_image(given, tmp_path):
    network = DecidedNetwork(1, 4)
    asked = plan(network)
    asked = replace(asked, card=replace(asked.card, missing_pre=given))
    write_bundle(tmp_path / "trial", asked, Checks((drawn_pair(SIZE),), "drawn"), lambda _: None)
    assert ("missing_pre" in json.loads((tmp_path / "trial" / "model.json").read_text())) == (given is not None)
    assert open_bundle(tmp_path / "trial").missing_pre == given


def test_what_is_missing_is_said(tmp_path):
    assert missing_networks(write(tmp_path / "a", DecidedNetwork(1, 0))) == "a damage network"
    assert missing_networks(write(tmp_path / "b", DecidedNetwork(0, 4))) == "a localization network"


def test_manifest_stands_in_every_network_too(tmp_path):
    write(tmp_path / "trial", DecidedNetwork(1, 5), weight=2.0, origin={"source_file": "a.pt"})
    manifest = json.loads((tmp_path / "trial" / "model.json").read_text())
    (entry,) = manifest.pop("networks")
    del manifest["//"]
    assert entry.items() >= {"weight": 2.0, "source_file": "a.pt", "role": "joint"}.items()
    assert manifest["tta"] == "none"
    assert manifest["parity"]["pairs"] == 1
    assert manifest["parity"]["agreement"] == 1
    assert manifest["parity"]["images"] == "drawn"
    assert (
        manifest["parity"]["networks"]["net0.onnx"]["largest_difference"]
        <= manifest["parity"]["limits"]["largest_difference"]
    )
    props = {p.key: p.value for p in onnx.load(tmp_path / "trial" / "net0.onnx").metadata_props}
    assert props.keys() == {*manifest, "networks"}
    assert json.loads(props["decision"]) == manifest["decision"]


def test_batch_of_three_is_three_single_runs(tmp_path):
    write(tmp_path / "trial", DecidedNetwork(1, 5))
    session = onnxruntime.InferenceSession(tmp_path / "trial" / "net0.onnx")
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 3, *SIZE), dtype=np.uint8)
    together = session.run(None, {"pre": images[0], "post": images[1]})
    for i in range(3):
        alone = session.run(None, {"pre": images[0, i : i + 1], "post": images[1, i : i + 1]})
        for a, b in zip(together, alone, strict=True):
            assert np.abs(a[i] - b[0]).max() < 1e-5


@pytest.mark.parametrize("form", [Form(SIZE, "fp16"), Form(SIZE, "fp32", "half")])
def test_half_precision_agrees(form, tmp_path):
    write(tmp_path / "full", DecidedNetwork(1, 5))
    write(tmp_path / "half", DecidedNetwork(1, 5), form=form)
    manifest = json.loads((tmp_path / "half" / "model.json").read_text())
    assert manifest["parity"]["agreement"] >= 0.999
    assert 0 < manifest["parity"]["largest_difference"] < 0.05
    assert open_bundle(tmp_path / "half").precision == form.precision
    model = onnx.load(tmp_path / "half" / "net0.onnx")
    weights = {t.name: t for t in model.graph.initializer}
    # 16 × 32 × 3 × 3 weights of the body are few: storage leaves them alone, arithmetic in 16 bits needs them so
    kinds = {t.data_type for t in weights.values() if list(t.dims) == [16, 32, 3, 3]}
    assert kinds == {onnx.TensorProto.FLOAT16 if form.precision == "fp16" else onnx.TensorProto.FLOAT}
    if form.precision == "fp16":
        # what the last convolution computes with stays in 32 bits
        last = [node for node in model.graph.node if node.op_type == "Conv"][-1]
        assert weights[last.input[1]].data_type == onnx.TensorProto.FLOAT
        # so do enlarging and what makes probabilities, while the other convolutions do not
        types = types_by_operator(tmp_path / "half" / "net0.onnx")
        assert types["Resize"] == types["Sigmoid"] == types["Exp"] == {"float32"}
        assert types["Conv"] == {"float16", "float32"}


def types_by_operator(path):
    """Which types ONNX Runtime gives for the first output of each kind of node."""
    model = onnx.load(path)
    kinds = {node.output[0]: node.op_type for node in model.graph.node}
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in kinds)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    blank = np.zeros((1, 3, *SIZE), np.uint8)
    values = session.run(None, {info.name: blank for info in session.get_inputs()})
    types = {}
    for info, value in zip(session.get_outputs(), values, strict=True):
        types.setdefault(kinds[info.name], set()).add(str(value.dtype))
    return types


class Unstable(DecidedNetwork):
    """Says something else every time it is asked."""

    def forward(self, pre, post):
        building, damage = super().forward(pre, post)
        self.head.bias.data += 1.0
        return Scores(building + self.head.bias[0], damage)


def test_failed_check_keeps_the_old_bundle(tmp_path):
    write(tmp_path / "trial", DecidedNetwork(1, 4))
    before = (tmp_path / "trial" / "model.json").read_bytes()
    with pytest.raises(ModelError, match="net0: the exported graph differs from the network"):
        write(tmp_path / "trial", Unstable(1, 4))
    assert (tmp_path / "trial" / "model.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["trial"]


def test_values_that_are_not_finite_fail_the_check(tmp_path):
    broken = DecidedNetwork(1, 4)
    broken.head.weight.data[:] = float("nan")
    with pytest.raises(ModelError, match="differs"):
        write(tmp_path / "trial", broken)
    assert list(tmp_path.iterdir()) == []


def test_only_bundles_are_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("…")
    with pytest.raises(InputError, match="holds no bundle"):
        write(tmp_path / "letters", DecidedNetwork(1, 4))
    assert (tmp_path / "letters" / "dear.txt").exists()
    write(tmp_path / "trial", DecidedNetwork(1, 4))
    write(tmp_path / "trial", DecidedNetwork(1, 5))
    assert open_bundle(tmp_path / "trial").networks[0].damage_channels == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters", "trial"]


def test_the_remark_beside_the_checksums_changes_nothing():
    """For the scanner of the plugin repository; who reads JSON sees the same keys and one that says nothing."""
    manifest = {"id": "a", "networks": [{"file": "a.onnx", "sha256": "ab" * 32}, {"file": "b.onnx"}], "tta": "none"}
    text = manifest_text(manifest)
    read = json.loads(text)
    assert read.pop("//") == "# pragma: allowlist secret"
    assert read == manifest
    [line] = [line for line in text.splitlines() if "abab" in line]
    assert line.endswith('"//": "# pragma: allowlist secret",')
    # a bundle made from another one has one remark
    assert manifest_text(json.loads(text)) == text
