"""Names of the weights in the published second-place checkpoints, and those of the same weights here.

The published networks number their stages and levels; ``bottlenecks.0`` is the deepest level, but ``decoder_stages.3``
is the deepest enlargement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import Tensor

from .unet import make_second_place
from .unet_layout import SECOND_PLACE
from .weight_transfer import WeightTransferError, check_match

Pairs = Iterator[tuple[str, str]]  # module here, module there

#: Input channels of the deepest level's first convolution, which no two networks share.
_MARKS = {
    1808: "d92_loc",
    2368: "d161_loc",
    1280: "se50_loc",
    3360: "d92_softmax",
    4480: "d161_softmax",
    2304: "se50_softmax",
    496: "b2_softmax",
    2240: "r101_softmax",
}


def recognise(state: Mapping[str, Tensor]) -> str:
    """Return the short name of the published network that a state_dict (names without ``module.``) belongs to.

    Raises:
        WeightTransferError: it belongs to none that is known here.
    """
    mark, stem = state.get("bottlenecks.0.seq.0.weight"), state.get("encoder_stages.0.0.weight")
    if mark is None or mark.ndim != 4:
        raise WeightTransferError("not a second-place network: bottlenecks.0.seq.0.weight is missing")
    if stem is not None and stem.ndim == 4 and stem.shape[1] == 6:
        raise WeightTransferError("an early second-place network with six input channels; it is not supported")
    if mark.shape[1] not in _MARKS:
        raise WeightTransferError(
            f"bottlenecks.0.seq.0.weight has {mark.shape[1]} input channels: no published second-place network"
        )
    return _MARKS[mark.shape[1]]


def published_state(short_name: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a published state_dict under the names of the network here; counters of batches may be missing.

    Args:
        short_name: a name of ``SECOND_PLACE``.
        state: names without ``module.``.

    Raises:
        WeightTransferError: a weight is missing, left over or of another shape; the names are the published ones.
        ValueError: there is no such network.
    """
    blank = _blank(short_name)
    names = _names(short_name, blank)
    check_match({names[key]: value for key, value in blank.items()}, state, short_name)
    counter = torch.tensor(0)  # absent in files older than the counters; nothing here divides by it
    return {key: state.get(name, counter.clone()) for key, name in names.items()}


def _blank(short_name: str) -> dict[str, Tensor]:
    with torch.device("meta"):
        return dict(make_second_place(short_name).state_dict())


def _names(short_name: str, keys: Iterable[str]) -> dict[str, str]:
    modules = dict(_pairs(short_name))
    return {key: _translate(key, modules) for key in keys}


def _translate(key: str, modules: Mapping[str, str]) -> str:
    module = key
    while module and module not in modules:
        module = module.rpartition(".")[0]
    return modules[module] + key[len(module) :]


def _pairs(short_name: str) -> Pairs:
    plan = SECOND_PLACE[short_name]
    for module, there in _ENCODERS[plan.encoder]():
        yield f"encoder.{module}", f"encoder_stages.{there}"
    for level in range(4):
        here, bottleneck = f"decoder.levels.{level}", f"bottlenecks.{level}.seq"
        yield f"{here}.enlarge.convolution", f"decoder_stages.{3 - level}.layer.1"
        yield f"{here}.join", f"{bottleneck}.0"
        yield f"{here}.gate.reduce", f"{bottleneck}.2.fc1"
        yield f"{here}.gate.expand", f"{bottleneck}.2.fc2"
        yield f"{here}.gate.spatial", f"{bottleneck}.2.spatial_se.0"
    yield "decoder.head.enlarge.convolution", "last_upsample.layer.1"
    yield "decoder.head.classes", "final.0"


def _dpn92() -> Pairs:
    yield "features.conv1_1.conv", "0.0"
    yield "features.conv1_1.bn", "0.1"
    for stage, blocks in enumerate((3, 4, 20, 3), start=1):
        pool = 1 if stage == 1 else 0  # the pool has a number of its own
        for block in range(blocks):
            yield f"features.conv{stage + 1}_{block + 1}", f"{stage}.{block + pool}"
    yield "features.conv5_bn_ac", "4.3"


def _densenet161() -> Pairs:
    yield "features.conv0", "0.0"
    yield "features.norm0", "0.1"
    for stage in range(1, 5):
        yield f"features.transition{stage - 1}", f"{stage}.0"
        yield f"features.denseblock{stage}", f"{stage}.1"
    yield "features.norm5", "4.2"


def _seresnext50() -> Pairs:
    yield "layer0.conv1", "0.conv1"
    yield "layer0.bn1", "0.bn1"
    yield from _residual_stages()


def _resnext101() -> Pairs:
    yield "conv1", "0.0"
    yield "bn1", "0.1"
    yield from _residual_stages()


def _residual_stages() -> Pairs:
    yield "layer1", "1.1"  # 1.0 is the pool
    for stage in (2, 3, 4):
        yield f"layer{stage}", f"{stage}"


def _efficientnet_b2() -> Pairs:
    yield "conv_stem", "0.0"
    yield "bn1", "0.1"
    expanded = ("_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2")
    parts = dict(zip(("conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"), expanded, strict=True))
    # without expansion timm calls the projection what it otherwise calls the expansion
    plain = dict(zip(("conv_dw", "bn1", "conv_pw", "bn2"), expanded[2:], strict=True))
    gate = {"se.conv_reduce": "_se_reduce", "se.conv_expand": "_se_expand"}
    rows = [(1, 2), (1, 3), (2, 3), (3, 4), (3, 4), (4, 5), (4, 2)]  # stage there, repeats
    numbers = dict.fromkeys(range(1, 5), 0)
    for row, (stage, repeats) in enumerate(rows):
        for block in range(repeats):
            for here, there in {**(plain if row == 0 else parts), **gate}.items():
                yield f"blocks.{row}.{block}.{here}", f"{stage}.{numbers[stage]}.{there}"
            numbers[stage] += 1


_ENCODERS = {
    "dpn92": _dpn92,
    "densenet161": _densenet161,
    "seresnext50": _seresnext50,
    "resnext101": _resnext101,
    "efficientnet-b2": _efficientnet_b2,
}
