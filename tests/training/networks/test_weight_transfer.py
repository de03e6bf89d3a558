"""Weights by name or by order: everything or nothing."""

import pytest
import torch

from training.networks.weight_transfer import (
    WeightTransferError,
    load_by_order,
    load_encoder,
    load_matching,
    read_weights,
)


def network():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4), torch.nn.Conv2d(4, 2, 1))


def test_order():
    target = network()
    state = {f"other.{k}": v for k, v in network().state_dict().items()}
    load_by_order(target, state)
    assert torch.equal(target[2].weight, state["other.2.weight"])
    with pytest.raises(WeightTransferError, match="does not fit"):
        load_by_order(target, dict(reversed(list(state.items()))))
    with pytest.raises(WeightTransferError, match="3 weights given, 9 needed"):
        load_by_order(target, dict(list(state.items())[:3]))


def test_names():
    target, state = network(), network().state_dict()
    before = {key: value.clone() for key, value in target.state_dict().items()}
    bad = {"0.weight": torch.zeros(4, 1, 1, 1), "9.bias": torch.zeros(1)} | {"2.bias": state["2.bias"]}
    with pytest.raises(WeightTransferError) as caught:
        load_matching(target, bad, "here")
    assert str(caught.value) == (
        "here: 6 missing (0.bias, 1.weight, 1.bias, …); 1 unknown (9.bias); 1 of another shape"
        " (0.weight (4, 1, 1, 1) instead of (4, 3, 1, 1)) of 9 weights; nothing is loaded, check the network"
    )
    assert all(torch.equal(value, before[key]) for key, value in target.state_dict().items())
    del state["1.num_batches_tracked"]
    load_matching(target, state, "here")
    assert all(torch.equal(value, target.state_dict()[key]) for key, value in state.items())


def test_encoder():
    first, second = (torch.nn.ModuleDict({"encoder": network(), "head": torch.nn.Conv2d(2, k, 1)}) for k in (1, 5))
    state = first.state_dict()
    load_encoder(second, state)
    assert all(torch.equal(value, state[key]) for key, value in second.state_dict().items() if "encoder" in key)
    with pytest.raises(WeightTransferError, match=r"encoder weights: 1 missing \(2\.bias\)"):
        load_encoder(second, {key: value for key, value in state.items() if key != "encoder.2.bias"})
    with pytest.raises(WeightTransferError, match="8 missing"):
        load_encoder(second, {f"module.{key}": value for key, value in state.items()})
    with pytest.raises(WeightTransferError, match="1 unknown"):
        load_encoder(second, state | {"encoder.3.bias": torch.zeros(1)})


def test_files_that_are_no_weights(tmp_path):
    path = tmp_path / "weights.pth"
    with pytest.raises(WeightTransferError, match=r"weights\.pth: cannot be read"):
        read_weights(path)
    path.write_bytes(b"text")
    with pytest.raises(WeightTransferError, match=r"weights\.pth: not a file of weights"):
        read_weights(path)
    torch.save({"epoch": 3}, path)
    with pytest.raises(WeightTransferError, match=r"weights\.pth: not a state_dict"):
        read_weights(path)
    (tmp_path / "weights.safetensors").write_bytes(b"text")
    with pytest.raises(WeightTransferError, match=r"weights\.safetensors: cannot be read"):
        read_weights(tmp_path / "weights.safetensors")
