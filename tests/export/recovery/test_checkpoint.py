"""A bundle made a checkpoint again: the same answers, and normalisations that do in training what they do in use."""

import json

import pytest
import torch
import yaml

from export.cli import main
from export.recovery.convolutions import RecoveryError, read_convolutions
from export.recovery.network import fill
from training.data.synthesis import synthesize
from training.networks.normalisation import normalise
from training.networks.registry import read_network
from training.run.checkpoint import Checkpoint, read_checkpoint
from training.run.configuration import load_configuration
from training.run.state import load_start

NETWORK = {
    "name": "compact-split",
    "encoder": "test_efficientnet",
    "weights": None,
    "building_widths": [16, 16, 16, 16, 16],
    "damage_widths": [16, 16, 16, 16],
    "dropout": 0.0,
}


def images(count, side=128):
    generator = torch.Generator().manual_seed(count)
    shape = (count, 3, side, side)
    return tuple(normalise(torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)) for _ in range(2))


def trained():
    """A network whose normalisations have seen images, and have factors of both signs."""
    torch.manual_seed(1)
    network = read_network(NETWORK).build(start=False).train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.5
            torch.nn.init.normal_(module.weight, 1.0, 0.4)
            torch.nn.init.normal_(module.bias)
    with torch.no_grad():
        for _ in range(3):
            network(*images(2))
    return network.eval()


def configuration(folder):
    path = folder / "config.yaml"
    content = {
        "network": NETWORK,
        "loss": {"name": "compact"},
        "data": {"train": [{"folder": "towns"}]},
        "phases": [{"length": 1}],
        "run": {"folder": "run"},
    }
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture(scope="module", params=["single", "half"])
def exported(request, tmp_path_factory):
    """The network, its bundle with a calibration in it, and the folder of both."""
    folder = tmp_path_factory.mktemp("recovery")
    synthesize(folder / "towns", 3, 512)
    network = trained()
    weights = {f"module.{name}": value for name, value in network.state_dict().items()}
    average = {"n_averaged": torch.tensor(1), **weights}
    Checkpoint(1, 0.0, NETWORK, network.state_dict(), average, {}, {}).save(folder / "last.pt")
    calibration = folder / "calibration.json"
    decision = {"building_threshold": 0.5, "damaged_building_threshold": 0.5, "class_weights": [1, 1, 1, 1]}
    calibration.write_text(json.dumps({"temperature": 1.7, "offsets": [0.0, 0.3, -0.2, 0.1], "decision": decision}))
    command = ["onnx", str(folder / "last.pt"), "--output", str(folder / "bundle"), "--input-size", "64x64"]
    assert main([*command, "--storage", request.param, "--calibration", str(calibration)]) == 0
    return network, folder


def test_a_bundle_is_a_start(exported, tmp_path, capsys):
    network, folder = exported
    output = tmp_path / "new" / "start.pt"
    command = ["checkpoint", str(folder / "bundle"), "--config", str(configuration(folder)), "--output", str(output)]
    assert main([*command, "--images", str(folder / "towns"), "--pairs", "2"]) == 0
    assert "the network of bundle (correlation of what both say 0.99" in capsys.readouterr().out.replace("1.0", "0.99")
    start = read_network(NETWORK).build(start=False)
    load_start(start, output)
    batch = images(2)
    with torch.no_grad():
        torch.testing.assert_close(start.eval()(*batch).building, network(*batch).building, rtol=0.05, atol=0.05)
    assert load_configuration(folder / "config.yaml").network_section == read_checkpoint(output).network_section


def test_the_same_answers_in_use_and_in_training(exported):
    network, folder = exported
    recovered = read_network(NETWORK).build(start=False)
    (path,) = (folder / "bundle").glob("*.onnx")
    batch = images(4)
    fill(recovered, read_convolutions(path), [batch])
    close = {"rtol": 0.05, "atol": 0.05}
    with torch.no_grad():
        wanted, found = network(*batch), recovered(*batch)
        torch.testing.assert_close(found.building, wanted.building, **close)
        torch.testing.assert_close(found.damage, wanted.damage, **close)
        # in training a batch is normalised by itself: by the very batch that was measured nothing changes
        learning = recovered.train()(*batch)
    torch.testing.assert_close(learning.building, found.building, **close)
    torch.testing.assert_close(learning.damage, found.damage, **close)


def test_another_network_is_refused(exported):
    _, folder = exported
    (path,) = (folder / "bundle").glob("*.onnx")
    convolutions = read_convolutions(path)
    wider = read_network({**NETWORK, "damage_widths": [16, 16, 16, 24]}).build(start=False)
    with pytest.raises(RecoveryError, match=r"has weights of \(16, 80, 3, 3\), not \(24, 80, 3, 3\)"):
        fill(wider, convolutions, [images(1)])
    joint = read_network({"name": "compact", "encoder": "test_efficientnet", "weights": None}).build(start=False)
    with pytest.raises(RecoveryError, match="is only in one of them"):
        fill(joint, convolutions, [images(1)])
    with pytest.raises(RecoveryError, match="no images"):
        fill(read_network(NETWORK).build(start=False), convolutions, [])
