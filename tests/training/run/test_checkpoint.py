"""Checkpoints: what is saved comes back, an interrupted write harms nothing, and a network is built from its file."""

import hashlib
import re
from dataclasses import replace

import pytest
import torch

from training.networks.registry import read_network
from training.optimisation.averaging import averaged_network
from training.run.checkpoint import Checkpoint, CheckpointError, checkpoint_sha256, load_network, read_checkpoint
from training.section import ConfigurationError

SECTION = {"name": "compact", "encoder": "test_efficientnet", "weights": None, "widths": [8, 8, 8, 8]}


@pytest.fixture(scope="module")
def checkpoint():
    """One step of Adam behind it, so that all parts hold something and the average is not the network."""
    torch.manual_seed(0)
    network = read_network(SECTION).build(start=False)
    average = averaged_network(network, 0.9)
    average.update_parameters(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2)
    images = torch.randn(2, 2, 3, 64, 64)
    sum(s.square().mean() for s in network(*images)).backward()
    optimiser.step()
    average.update_parameters(network)
    return Checkpoint(
        step=1,
        best=0.25,
        network_section=SECTION,
        network=network.state_dict(),
        average=average.state_dict(),
        optimiser=optimiser.state_dict(),
        scaler={"scale": 2.0**16, "_growth_tracker": 3},
    )


@pytest.fixture
def path(checkpoint, tmp_path):
    checkpoint.save(tmp_path / "last.pt")
    return tmp_path / "last.pt"


def test_everything_comes_back(checkpoint, path):
    found = read_checkpoint(path)
    assert (found.step, found.best) == (1, 0.25)
    assert found.network_section == SECTION
    assert found.scaler == checkpoint.scaler
    for part in ("network", "average"):
        saved, read = getattr(checkpoint, part), getattr(found, part)
        assert list(read) == list(saved)
        assert all(torch.equal(value, saved[name]) for name, value in read.items())
    assert found.optimiser["param_groups"] == checkpoint.optimiser["param_groups"]
    for number, moments in checkpoint.optimiser["state"].items():
        assert all(torch.equal(value, found.optimiser["state"][number][name]) for name, value in moments.items())


def test_a_write_that_breaks_off_leaves_the_old_file(checkpoint, path):
    before = path.read_bytes()
    with pytest.raises(Exception, match="pickle"):
        # a file is there by then, and half of it is written
        replace(checkpoint, scaler={"scale": lambda: None}).save(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_averaged_network_is_loaded(checkpoint, path):
    network = load_network(path)
    assert not network.training
    assert {p.device.type for p in network.parameters()} == {"cpu"}
    for name, value in network.state_dict().items():
        assert torch.equal(value, checkpoint.average[f"module.{name}"]), name
    assert not torch.equal(network.head[1].weight, checkpoint.network["head.1.weight"])


def test_the_network_goes_where_it_is_wanted(path):
    network = load_network(path, torch.device("meta"))
    assert {p.device.type for p in network.parameters()} == {"meta"}


class Runs:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        import os

        return os.mkdir, (str(self.folder),)


def test_nothing_in_a_file_is_run(tmp_path):
    torch.save({"step": Runs(tmp_path / "made")}, tmp_path / "last.pt")
    with pytest.raises(CheckpointError, match=r"last\.pt: not a checkpoint, or a damaged one"):
        read_checkpoint(tmp_path / "last.pt")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "there is no such checkpoint"),
        (lambda path: path.write_bytes(b""), "not a checkpoint, or a damaged one"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "not a checkpoint, or a damaged one"),
        (lambda path: torch.save([1, 2], path), r"not a checkpoint of xview2-train"),
        (lambda path: torch.save({"weight": torch.zeros(1)}, path), r"not a checkpoint of xview2-train"),
        (
            lambda path: torch.save({**vars(read_checkpoint(path)), "average": [1]}, path),
            "not a checkpoint of xview2-train",
        ),
        (lambda path: torch.save({**vars(read_checkpoint(path)), "more": 1}, path), "not a checkpoint of xview2-train"),
    ],
    ids=["missing", "empty", "cut off", "list", "state_dict", "average", "more"],
)
def test_what_is_no_checkpoint_is_named(path, damage, message):
    damage(path)
    for read in (read_checkpoint, load_network):
        with pytest.raises(CheckpointError, match=f"^{re.escape(str(path))}: {message}$"):
            read(path)


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"widths": [8, 8, 8, 16]}, CheckpointError, "the weights do not fit"),
        ({"encoder": "no_such_network"}, CheckpointError, "its network cannot be built: encoder no_such_network"),
        ({"name": "compakt"}, ConfigurationError, r"network\.name: 'compakt' is unknown, did you mean compact\?"),
    ],
)
def test_a_network_that_cannot_be_built_is_named(checkpoint, tmp_path, changes, kind, message):
    path = tmp_path / "last.pt"
    replace(checkpoint, network_section=SECTION | changes).save(path)
    with pytest.raises(kind, match=message):
        load_network(path)


@pytest.mark.parametrize("size", [0, 1000, (1 << 20) + 1])
def test_checksum_is_that_of_the_whole_file(tmp_path, size):
    path = tmp_path / "last.pt"
    path.write_bytes(bytes(range(251)) * (size // 251) + b"x" * (size % 251))
    assert checkpoint_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    path.unlink()
    with pytest.raises(CheckpointError, match=r"last\.pt: cannot be read \(No such file"):
        checkpoint_sha256(path)
