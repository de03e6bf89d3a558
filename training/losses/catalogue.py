"""All losses by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..section import choose
from .compact import CompactLoss
from .target import Loss

LOSSES: Mapping[str, type[Any]] = {
    "compact": CompactLoss,
}


def make_loss(section: Mapping[str, Any]) -> Loss:
    """Build the loss of a configuration's section ``loss``.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    loss: Loss = choose(LOSSES, section, "loss")
    return loss
