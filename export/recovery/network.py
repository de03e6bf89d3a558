"""A PyTorch network with the weights of an exported one, ready to be trained on.

Export takes batch normalisations into the convolutions before them, and what they were cannot be read from the result.
A training needs them: without the mean and the deviation of a layer its steps are not those of the network that was
trained. Both are measured anew, on images: the network answers as before, and a batch is normalised about as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .convolutions import Convolution, RecoveryError

Images = tuple[Tensor, Tensor]


def fill(network: nn.Module, convolutions: Mapping[str, Convolution], images: Iterable[Images]) -> None:
    """Give a network the weights of an exported one, and its batch normalisations what they see.

    Args:
        network: takes a normalised pre-event and post-event image, float32 (N, 3, H, W) each; left in evaluation mode.
        convolutions: of the exported network, by module.
        images: pairs of images to measure on.

    Raises:
        RecoveryError: the exported network is another one, or there are no images.
    """
    network.eval()
    modules = {name: m for name, m in network.named_modules() if isinstance(m, nn.Conv2d)}
    if set(modules) != set(convolutions):
        odd = sorted(set(modules) ^ set(convolutions))
        raise RecoveryError(f"the bundle holds another network than the config: {odd[0]} is only in one of them")
    pairs = list(images)
    if not pairs:
        raise RecoveryError("no images to measure the normalisations on", "give a folder with pairs")
    followers = _normalisations(network, modules, pairs[0])
    with torch.no_grad():
        for name, module in modules.items():
            _place(name, module, convolutions[name], followers.get(name))
        _measure(network, list(followers.values()), pairs)


def _normalisations(
    network: nn.Module, convolutions: Mapping[str, nn.Module], images: Images
) -> dict[str, nn.BatchNorm2d]:
    """Return the batch normalisation behind each convolution that has one: it is given what the convolution returns."""
    outputs: dict[int, tuple[str, Tensor]] = {}
    followers: dict[str, nn.BatchNorm2d] = {}
    hooks = []
    for name, module in convolutions.items():

        def remember(_: nn.Module, __: object, output: Tensor, name: str = name) -> None:
            outputs[id(output)] = name, output  # kept, so that no other tensor gets its number

        hooks.append(module.register_forward_hook(remember))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):

            def follow(normalisation: nn.Module, given: tuple[Tensor, ...]) -> None:
                assert isinstance(normalisation, nn.BatchNorm2d)
                followers[outputs[id(given[0])][0]] = normalisation

            hooks.append(module.register_forward_pre_hook(follow))
    try:
        with torch.no_grad():
            network(*(image[..., :64, :64] for image in images))
    finally:
        for hook in hooks:
            hook.remove()
    return followers


def _place(name: str, module: nn.Conv2d, given: Convolution, normalisation: nn.BatchNorm2d | None) -> None:
    weight, bias = torch.tensor(given.weight), torch.tensor(given.bias)
    if weight.shape != module.weight.shape:
        raise RecoveryError(
            f"the bundle holds another network than the config: {name} has weights of {tuple(weight.shape)}, "
            f"not {tuple(module.weight.shape)}"
        )
    module.weight.copy_(weight)
    if normalisation is None:
        if module.bias is None:
            raise RecoveryError(f"{name}: without a bias and without a normalisation behind it")
        module.bias.copy_(bias)
        return
    if module.bias is not None:
        module.bias.zero_()
    _set(normalisation, torch.zeros_like(bias), torch.ones_like(bias), bias)


def _set(normalisation: nn.BatchNorm2d, mean: Tensor, variance: Tensor, bias: Tensor) -> None:
    """Let a normalisation by this mean and variance add ``bias`` and change nothing else."""
    assert normalisation.running_mean is not None
    assert normalisation.running_var is not None
    normalisation.running_mean.copy_(mean)
    normalisation.running_var.copy_(variance)
    normalisation.weight.copy_((variance + normalisation.eps).sqrt())
    normalisation.bias.copy_(bias + mean)


def _measure(network: nn.Module, normalisations: list[nn.BatchNorm2d], images: list[Images]) -> None:
    """Set mean and variance of all normalisations to those of what they are given for the images."""
    biases = [n.bias.clone() for n in normalisations]
    with _sums(normalisations) as sums:
        for pre, post in images:
            network(pre, post)
    for normalisation, bias, total in zip(normalisations, biases, sums, strict=True):
        mean = total[1] / total[0]
        variance = (total[2] / total[0] - mean.square()).clamp(min=1e-12)
        _set(normalisation, mean.float(), variance.float(), bias)


@contextmanager
def _sums(normalisations: list[nn.BatchNorm2d]) -> Iterator[list[Tensor]]:
    """Sum up what normalisations are given: number of values, their sum and their squares by channel, float64."""
    sums = [torch.zeros(3, n.num_features, dtype=torch.float64) for n in normalisations]
    hooks = []
    for normalisation, total in zip(normalisations, sums, strict=True):

        def add(_: nn.Module, given: tuple[Tensor, ...], total: Tensor = total) -> None:
            variance, mean = (t.double() for t in torch.var_mean(given[0], (0, 2, 3), correction=0))
            count = given[0][:, 0].numel()
            total += count * torch.stack([torch.ones_like(mean), mean, variance + mean.square()])

        hooks.append(normalisation.register_forward_pre_hook(add))
    try:
        yield sums
    finally:
        for hook in hooks:
            hook.remove()
