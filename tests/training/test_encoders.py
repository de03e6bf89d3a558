"""Weights by order: everything or nothing."""

from pathlib import Path

import pytest
import torch

from training.networks.encoders import WeightTransferError, load_by_order, make_encoder


def test_package_weights_see_imagenet_statistics():
    """Start weights replace the random ones: batch normalisation has statistics of real images."""
    encoder = make_encoder("efficientnet_lite0", "package")
    means = torch.cat([v for k, v in encoder.state_dict().items() if k.endswith("running_mean")])
    assert means.abs().max() > 0.5


def test_wrong_shape_and_missing_weights_are_refused():
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.Conv2d(4, 2, 1))
    state = {f"other.{k}": v for k, v in network.state_dict().items()}
    load_by_order(network, state)
    with pytest.raises(WeightTransferError, match="does not fit"):
        load_by_order(network, dict(reversed(list(state.items()))))
    with pytest.raises(WeightTransferError, match="3 weights given, 4 needed"):
        load_by_order(network, dict(list(state.items())[:3]))


def test_unknown_package_is_named():
    with pytest.raises(WeightTransferError, match="dpn92"):
        make_encoder("dpn92", "package")


def test_file_weights(tmp_path: Path):
    source = make_encoder("efficientnet_lite0", None)
    torch.save(source.state_dict(), tmp_path / "weights.pt")
    copy = make_encoder("efficientnet_lite0", str(tmp_path / "weights.pt"))
    for key, value in source.state_dict().items():
        assert torch.equal(value, copy.state_dict()[key])
