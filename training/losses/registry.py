"""All losses, told apart in a configuration by their name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .compact import CompactLoss
from .described import DescribedDamageLoss, DescribedDualLoss, DescribedLocalizationLoss
from .fifth_place import FifthPlaceLoss
from .second_place import SecondPlaceDamageLoss, SecondPlaceLocalizationLoss

#: A new loss is its file and its class here.
AnyLoss = Annotated[
    CompactLoss
    | DescribedLocalizationLoss
    | DescribedDamageLoss
    | DescribedDualLoss
    | SecondPlaceLocalizationLoss
    | SecondPlaceDamageLoss
    | FifthPlaceLoss,
    Field(discriminator="name"),
]
