"""What a vector source is for: the words of its messages and the codes of its errors."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from ..errors import InputError


@dataclass(frozen=True)
class Purpose:
    """What a vector source is for.

    Attributes:
        what: in a message: ``the area of interest``.
        prefix: with which the codes of errors and warnings begin.
        own_layer: the layer that serves where the source is a result of this program.
    """

    what: str
    prefix: str
    own_layer: str

    @property
    def plain(self) -> str:
        """What it is for, without the article."""
        return self.what.removeprefix("the ")

    def refuse(self, fault: str, message: str, hint: str) -> InputError:
        """Return an error of this purpose, for example ``aoi-open``."""
        return InputError(message, hint, f"{self.prefix}-{fault}")


AREA = Purpose("the area of interest", "aoi", ASSESSED_AREA_LAYER)
FOOTPRINTS = Purpose("the footprints", "footprints", DAMAGE_LAYER)
EXCLUDED = Purpose("the excluded area", "exclude", NOT_VISIBLE_LAYER)
ZONES = Purpose("the zones", "zones", ASSESSED_AREA_LAYER)
#: Layers of a result of this program.
OWN_LAYERS = {AREA.own_layer, FOOTPRINTS.own_layer}
