"""The moving average, against its definition."""

import pytest
import torch
from torch import nn

from training.optimisation.averaging import averaged_network


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9])
def test_average_of_known_weights(decay):
    network = nn.Linear(1, 1, bias=False)
    average = averaged_network(network, decay)
    values, expected = [3.0, -1.0, 4.0, 1.0, -5.0], None
    for count, value in enumerate(values):
        with torch.no_grad():
            network.weight.fill_(value)
        average.update_parameters(network)
        # the first update copies; AveragedModel hands the count before the update to the rule
        keep = min(decay, (1 + count) / (10 + count))
        expected = value if expected is None else keep * expected + (1 - keep) * value
        assert average.module.weight.item() == pytest.approx(expected)


def test_batch_statistics_are_averaged_too():
    network = nn.BatchNorm1d(1)
    average = averaged_network(network, 0.0)
    network(torch.tensor([[1.0], [5.0]]))
    average.update_parameters(network)
    assert torch.equal(average.module.running_mean, network.running_mean)
