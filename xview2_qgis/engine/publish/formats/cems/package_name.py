"""What a package of Copernicus EMS and its layers are called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .....protocol.products import PublishOptions
from ....errors import UsageError
from ....stored.run import StoredRun
from ...event_name import event_title, slug

_ACTIVATION = re.compile(r"EMSR(\d{3,4})", re.IGNORECASE)
_LONGEST = 40  # letters of a stand-in for the activation
#: Of the online manual, “File naming”: codes for what has no value.
NOT_APPLICABLE, UNKNOWN = "Not Applicable", "Unknown"
NOT_APPLICABLE_CODE, UNKNOWN_CODE = 998, 999


@dataclass(frozen=True)
class PackageName:
    """The name of a grading package.

    Attributes:
        activation: ``EMSRnnn``, or a stand-in from the event.
        official: whether it is the code of an activation.
        area: number of the area of interest.
        version: of the product.
    """

    activation: str
    official: bool
    area: int
    version: int

    @classmethod
    def of(cls, options: PublishOptions, run: StoredRun) -> PackageName:
        """Return the name of a product.

        Raises:
            UsageError: the code of the activation is none (``activation``).
        """
        given = options.activation.strip()
        found = _ACTIVATION.fullmatch(given)
        if given and found is None:
            raise UsageError(
                f"“{given}” is no code of an activation", "give it as EMSR884, or leave it out", "activation"
            )
        name = f"EMSR{found[1]}" if found is not None else slug(event_title(run))[:_LONGEST].strip("-")
        return cls(name, found is not None, options.area_number, options.product_version)

    @property
    def aoi(self) -> str:
        """The area of interest: ``AOI01``."""
        return f"AOI{self.area:02d}"

    @property
    def product(self) -> str:
        """The product without its version: ``EMSR884_AOI01_GRA_PRODUCT``."""
        return f"{self.activation}_{self.aoi}_GRA_PRODUCT"

    @property
    def package(self) -> str:
        """The name of package and GeoPackage: ``EMSR884_AOI01_GRA_PRODUCT_v1``."""
        return f"{self.product}_v{self.version}"

    def layer(self, feature: str) -> str:
        """Return the name of a layer in the GeoPackage: ``builtUpA_v1``."""
        return f"{feature}_v{self.version}"

    def file(self, feature: str, suffix: str) -> str:
        """Return the name of a file beside it: ``EMSR884_AOI01_GRA_PRODUCT_builtUpA_v1.sld``."""
        return f"{self.product}_{feature}_v{self.version}{suffix}"
