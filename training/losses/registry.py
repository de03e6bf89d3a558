"""All losses by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..section import choose
from .compact import CompactLoss
from .described import DescribedDamageLoss, DescribedDualLoss, DescribedLocalizationLoss
from .fifth_place import FifthPlaceLoss
from .second_place import SecondPlaceDamageLoss, SecondPlaceLocalizationLoss
from .target import Loss

LOSSES: Mapping[str, type[Any]] = {
    "compact": CompactLoss,
    "described-localization": DescribedLocalizationLoss,
    "described-damage": DescribedDamageLoss,
    "described-dual-hrnet": DescribedDualLoss,
    "second-place-localization": SecondPlaceLocalizationLoss,
    "second-place-damage": SecondPlaceDamageLoss,
    "fifth-place": FifthPlaceLoss,
}


def make_loss(section: Mapping[str, Any]) -> Loss:
    """Build the loss of a configuration's section ``loss``.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    loss: Loss = choose(LOSSES, section, "loss")
    return loss
