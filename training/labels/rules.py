"""Label rules by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..section import ConfigurationError, nearest
from .buildings import OwnRule
from .published import BaselineRule, FifthPlaceRule, FirstPlaceRule, SecondPlaceRule


class LabelRule(Protocol):
    """How the two label files of a pair become the two masks of a target."""

    def building_mask(self, pre: Path, post: Path, height: int, width: int) -> NDArray[np.uint8]:
        """Return uint8 (height, width): 1 building, 0 not, 255 ignored.

        Args:
            pre: label file of the time before.
            post: label file of the time after; some rules take buildings from there.
            height: of the image, in pixels.
            width: of the image, in pixels.

        Raises:
            LabelError: a file cannot be read, or holds what the rule cannot draw.
        """
        ...

    def damage_mask(self, post: Path, height: int, width: int) -> NDArray[np.uint8]:
        """Return uint8 (height, width): 0 background, 1…4 on buildings, 255 ignored.

        Args:
            post: label file of the time after.
            height: of the image, in pixels.
            width: of the image, in pixels.

        Raises:
            LabelError: the file cannot be read, or holds what the rule cannot draw.
        """
        ...


LABEL_RULES: Mapping[str, LabelRule] = {
    "ours": OwnRule(),
    "second-place": SecondPlaceRule(),
    "fifth-place": FifthPlaceRule(),
    "first-place": FirstPlaceRule(),
    "baseline": BaselineRule(),
    "baseline-border-2": BaselineRule(border=2),
}


def label_rule(name: str) -> LabelRule:
    """Return the rule of that name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in LABEL_RULES:
        raise ConfigurationError(f"label rule {name!r} is unknown{nearest(name, LABEL_RULES)}")
    return LABEL_RULES[name]
