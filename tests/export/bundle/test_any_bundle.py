"""Bundles for other programs than the engine are verified like all others, and said to be such."""

import hashlib
import json
import shutil

import onnx
import pytest

from export.bundle.any_bundle import open_any
from export.bundle.bundle_plan import BundlePlan, Part
from export.bundle.card import default_card
from export.bundle.form import Form
from export.bundle.writer import write_bundle
from export.cli import main
from export.sessions.image_pairs import Checks, drawn_pair
from export.verification.bundle_check import verify_bundle
from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle
from tests.export.decided_network import DecidedNetwork
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import ModelError

SQUARE, OBLONG = (64, 64), (32, 64)
LACKS = "it lacks a damage network"
NO_SQUARE = "its images have 32x64 pixels, which is no square"


def write(folder, size, *networks):
    parts = tuple(Part(f"net{i}", lambda n=n: DecidedNetwork(*n)) for i, n in enumerate(networks))
    plan = BundlePlan(default_card("trial").card, parts, Form(size), ObjectVote(), overlap=8)
    write_bundle(folder, plan, Checks((drawn_pair(size),), "drawn"), lambda _: None)
    return folder


def verify(path):
    lines = []
    with pytest.raises(ModelError) as caught:
        verify_bundle(path, lines.append)
    assert "\n" not in str(caught.value)
    return lines, caught.value


@pytest.mark.parametrize(
    ("size", "networks", "obstacle"),
    [
        (SQUARE, [(1, 0)], LACKS),
        (SQUARE, [(1, 0), (1, 0)], LACKS),
        (SQUARE, [(0, 4)], "it lacks a localization network"),
        (OBLONG, [(1, 4)], NO_SQUARE),
        (OBLONG, [(0, 5)], NO_SQUARE),
        (OBLONG, [(1, 0), (0, 5)], NO_SQUARE),
        (OBLONG, [(1, 0)], f"{LACKS} and {NO_SQUARE}"),
    ],
)
def test_sound_but_for_other_programs(size, networks, obstacle, tmp_path, capsys):
    folder = write(tmp_path / "trial", size, *networks)
    lines, error = verify(folder)
    assert all(line.startswith("ok ") for line in lines)
    assert sum("runs" in line for line in lines) == len(networks)
    assert any("parity is within its limits" in line for line in lines)
    assert error.code == "model-other"
    assert error.message == f"{folder}: not usable by the engine: {obstacle}"
    capsys.readouterr()
    assert main(["verify", str(folder)]) == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    folder = write(tmp_path / "trial", OBLONG, (1, 4))
    _, error = verify(zip_bundle(folder, tmp_path / "trial.xv2.zip"))
    assert error.code == "model-other"


def test_usable_bundles_have_no_obstacle(tmp_path):
    bundle = open_any(write_tiny_bundle(tmp_path / "tiny", 64, 16, kind="separate"))
    assert (bundle.size, bundle.obstacle) == (SQUARE, None)
    assert [path.name for path in bundle.files] == ["localization.onnx", "damage.onnx"]


@pytest.fixture(scope="module", params=[(SQUARE, (1, 0)), (OBLONG, (1, 4))], ids=["alone", "oblong"])
def written(request, tmp_path_factory):
    size, network = request.param
    return write(tmp_path_factory.mktemp("written") / "trial", size, network)


@pytest.fixture
def other(written, tmp_path):
    return shutil.copytree(written, tmp_path / "trial")


def change_manifest(folder, **changes):
    manifest = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**manifest, **changes}))


def change_network(folder, edit):
    """Edit the network and let the manifest have its new checksum."""
    path = folder / "net0.onnx"
    model = onnx.load(path)
    edit(model)
    onnx.save(model, path)
    (entry,) = json.loads((folder / "model.json").read_text())["networks"]
    change_manifest(folder, networks=[{**entry, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}])


def test_damage_is_found(other):
    with (other / "net0.onnx").open("ab") as file:
        file.write(b"x")
    lines, error = verify(other)
    assert lines[0].startswith("FAILED  manifest, checksums")
    assert "net0.onnx of model trial is damaged or was changed (checksum differs)" in str(error)
    (other / "net0.onnx").unlink()
    assert "net0.onnx is missing" in str(verify(other)[1])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"licence": None}, "licence must be text"),
        ({"overlap": 40}, "overlap must lie between 0 and"),
        ({"contract": 2}, "bundle format 2"),
        ({"decision": {"rule": "dice"}}, "unknown decision rule"),
        ({"networks": []}, ""),
        ({"networks": [{"role": ["joint"]}]}, ""),
        ({"tile_size": None}, "tile_size must be a number"),
        ({"tile_size": [64, 64]}, "tile_size must be a number"),
        ({"tile_size": [16, 64]}, "tile_size must be a number"),
        ({"licence": "Another"}, "its metadata says otherwise about licence"),
        ({"parity": {"agreement": 0.5}}, "agreement 0.5 is below 0.999"),
    ],
)
def test_manifest_keeps_the_rules_of_the_engine(other, changes, fault):
    _, error = verify(other)
    assert error.code == "model-other"
    change_manifest(other, **changes)
    _, error = verify(other)
    assert error.code != "model-other"
    assert fault in str(error)


def cut_batch(model):
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 96


def rename_output(model):
    model.graph.node.append(onnx.helper.make_node("Identity", ["building"], ["houses"]))
    model.graph.output[0].name = "houses"


def forget_licence(model):
    (prop,) = (p for p in model.metadata_props if p.key == "licence")
    prop.value = "none"


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (cut_batch, "has pre as uint8 N×3×96×64, expected is uint8 N×3×"),
        (rename_output, "has the outputs houses"),
        (forget_licence, "its metadata says otherwise about licence"),
    ],
)
def test_networks_are_checked(other, edit, fault):
    change_network(other, edit)
    assert fault in str(verify(other)[1])


def test_files_stay_in_the_folder(other):
    (other / "net0.onnx").rename(other.parent / "net0.onnx")
    (other / "net0.onnx").symlink_to(other.parent / "net0.onnx")
    assert "net0.onnx lies outside the model's folder" in str(verify(other)[1])
