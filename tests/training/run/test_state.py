"""The state of a run: how it begins, what it goes on from, and what it refuses before the first step."""

import math

import pytest
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins import MixedPrecision
from torch import nn

from training.losses.compact import CompactLoss
from training.networks.registry import read_network
from training.networks.scores import Scores
from training.networks.weight_transfer import WeightTransferError
from training.run.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from training.run.configuration import check_configuration
from training.run.state import begin_run, check_loss, load_start
from training.section import ConfigurationError

NETWORK = {"name": "compact", "encoder": "test_efficientnet", "weights": None, "widths": [8, 8, 8, 8]}


def configuration(network=None, loss="compact", optimiser=None, ema_decay=0.9, **rest):
    return check_configuration(
        {
            "network": NETWORK | (network or {}),
            "loss": {"name": loss},
            "data": {"train": [{"folder": "unused"}]},
            "optimiser": optimiser or {},
            "phases": [{"length": 1}],
            "run": {"folder": "unused", "ema_decay": ema_decay},
            **rest,
        }
    )


def plain_fabric():
    return Fabric(accelerator="cpu", devices=1)


def scaling_fabric(scale):
    """fp16 with a dynamic loss scale, as on a GPU; Fabric itself takes bf16 on a CPU."""
    plugin = MixedPrecision("16-mixed", device="cpu", scaler=torch.amp.GradScaler("cpu", init_scale=scale))
    return Fabric(accelerator="cpu", devices=1, plugins=[plugin])


def step(state):
    """One plain step, as the loop of a run takes them."""
    images = torch.randn(2, 2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    scores = state.model(*images)
    state.fabric.backward(sum(s.float().square().mean() for s in scores))
    state.optimiser.step()
    state.optimiser.zero_grad()
    state.average.update_parameters(state.network)
    state.step += 1


def walk(steps):
    torch.manual_seed(0)
    state = begin_run(configuration(), plain_fabric(), None)
    for _ in range(steps):
        step(state)
    return state


@pytest.fixture(scope="module")
def walked():
    """A run after two steps, whose validation was best at 0.5."""
    state = walk(2)
    state.best = 0.5
    return state


@pytest.fixture
def file(walked, tmp_path):
    walked.checkpoint().save(tmp_path / "other.pt")
    return tmp_path / "other.pt"


def equal(first, second):
    assert first.keys() == second.keys()
    return all(torch.equal(value, second[name]) for name, value in first.items())


def test_a_new_run_begins_at_nothing():
    state = begin_run(configuration(), plain_fabric(), None)
    assert (state.step, state.best, state.scales_loss) == (0, -math.inf, False)
    assert state.model.training
    assert state.checkpoint().scaler == {}
    averaged = state.average.module.state_dict()
    assert equal(averaged, state.network.state_dict())
    # convolutions are fast in this layout, on CPUs and tensor cores alike
    assert state.network.head[1].weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(("precision", "kept"), [("32-true", False), ("bf16-mixed", True)])
def test_mixed_precision_on_a_cpu_keeps_depthwise_convolutions_full(precision, kept):
    run = {"folder": "unused", "ema_decay": 0.9, "precision": precision}
    fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
    network = begin_run(configuration(run=run), fabric, None).network
    kinds = {type(m) for m in network.modules() if isinstance(m, nn.Conv2d) and m.groups > 1}
    assert kinds
    assert (kinds == {nn.Conv2d}) is not kept


def test_a_run_goes_on_as_if_it_had_never_stopped(file):
    state = begin_run(configuration(), plain_fabric(), read_checkpoint(file))
    assert (state.step, state.best) == (2, 0.5)
    step(state)
    # the moments of the optimiser are those of the third step, too
    found, expected = state.checkpoint(), walk(3).checkpoint()
    assert (found.step, found.network_section) == (3, NETWORK)
    assert equal(found.network, expected.network)
    assert equal(found.average, expected.average)


def test_the_loss_scale_goes_on(walked):
    state = begin_run(configuration(), scaling_fabric(8.0), None)
    assert state.scales_loss
    saved = state.checkpoint()
    assert saved.scaler["scale"] == 8.0
    assert begin_run(configuration(), scaling_fabric(2.0), saved).checkpoint().scaler["scale"] == 8.0
    # one that began without a scale takes that of its precision, and one that needs none drops it
    assert begin_run(configuration(), scaling_fabric(2.0), walked.checkpoint()).checkpoint().scaler["scale"] == 2.0
    assert begin_run(configuration(), plain_fabric(), saved).checkpoint().scaler == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": {"widths": [8, 8, 8, 16]}}, "holds another network"),
        ({"optimiser": {"name": "sgd", "frozen": ["encoder"]}}, "has another optimiser"),
    ],
)
def test_a_checkpoint_of_something_else_is_refused(walked, changes, message):
    with pytest.raises(CheckpointError, match=f"the checkpoint to go on from {message}"):
        begin_run(configuration(**changes), plain_fabric(), walked.checkpoint())


def test_a_mean_of_runs_cannot_go_on(walked):
    saved = walked.checkpoint()
    mean = Checkpoint(**{**vars(saved), "optimiser": {}})
    with pytest.raises(CheckpointError, match="a mean of runs, which cannot go on"):
        begin_run(configuration(), plain_fabric(), mean)


def test_a_run_begins_with_averaged_weights(walked, file):
    state = begin_run(configuration(start=str(file)), plain_fabric(), None)
    assert state.step == 0
    averaged = walked.average.module.state_dict()
    assert equal(state.network.state_dict(), averaged)
    assert equal(state.average.module.state_dict(), averaged)
    other = read_network(NETWORK | {"widths": [8, 8, 8, 16]}).build(start=False)
    with pytest.raises(CheckpointError, match=r"other\.pt: holds another network than the one to train"):
        load_start(other, file)


def test_only_the_encoder_comes_from_a_localization_network(walked, file):
    config = configuration(network={"widths": [8, 8, 8, 16]}, localization=str(file))
    state = begin_run(config, plain_fabric(), None)
    assert equal(state.network.encoder.state_dict(), walked.average.module.encoder.state_dict())
    other = configuration(network={"encoder": "test_resnet"}, localization=str(file))
    with pytest.raises(WeightTransferError, match="encoder weights: "):
        begin_run(other, plain_fabric(), None)


@pytest.mark.parametrize(
    ("network", "kind", "message"),
    [
        ({"encoder": "no_such_network"}, ConfigurationError, "network: encoder no_such_network: unknown"),
        ({"weights": "package"}, WeightTransferError, "no package holds ImageNet weights of test_efficientnet"),
    ],
)
def test_a_network_that_cannot_be_built_is_named(network, kind, message):
    with pytest.raises(kind, match=message):
        begin_run(configuration(network=network), plain_fabric(), None)


def test_start_weights_do_not_matter_to_a_run_that_goes_on(walked):
    """They may lie elsewhere by now."""
    config = configuration(network={"weights": "gone.pth"}, start="gone.pt", localization="gone.pt")
    assert begin_run(config, plain_fabric(), walked.checkpoint()).step == 2


class Noisy(nn.Module):
    """Draws where it is trained, and keeps statistics of what it saw."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(6, 4, 1), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Conv2d(4, 1 + channels, 1))

    def forward(self, pre, post):
        x = self.body(torch.cat([pre, post], dim=1))
        return Scores(x[:, :1], x[:, 1:])


@pytest.mark.parametrize("training", [True, False])
def test_trying_a_loss_leaves_no_trace(training):
    network = Noisy(4).train(training)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    drawn = torch.get_rng_state()
    check_loss(network, CompactLoss())
    assert torch.equal(torch.get_rng_state(), drawn)
    assert equal(network.state_dict(), before)
    assert {module.training for module in network.modules()} == {training}
    assert all(p.grad is None and p.requires_grad for p in network.parameters())


def test_a_loss_for_another_network_is_refused_before_the_first_step():
    with pytest.raises(ConfigurationError, match=r"^loss: the loss needs damage scores of 4 channels"):
        check_loss(Noisy(5), CompactLoss())
    with pytest.raises(ConfigurationError, match=r"^loss: the loss needs building scores of 2 channels"):
        begin_run(configuration(loss="fifth-place"), plain_fabric(), None)
