"""What Maxar, now Vantor, says of an image: in its ``.IMD`` file, in its ``.XML`` file, and in tags made of them.

All three have the same names, in other cases: ``satId``, ``firstLineTime``, ``meanOffNadirViewAngle``,
``meanCollectedGSD``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .description import Description, Said
from .satellites import satellite

_VENDOR = "Maxar (Vantor)"
# that of the sensor before that of the product, which may be resampled
_GSD = ("meancollectedgsd", "collectedgsd", "meanproductgsd", "productgsd")
_MOMENTS = ("firstlinetime", "tlctime")
_LONGEST_LINE = 400
_ENTRY = re.compile(r"\s*(\w+)\s*=\s*(\"[^\"\n]*\"|[^;\n(]*)\s*;?\s*$")


def of_imd(text: str, origin: str) -> Description | None:
    """Return what an ``.IMD`` file says: lines ``name = value;`` in groups of which some are bands."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        found = _ENTRY.match(line) if len(line) <= _LONGEST_LINE else None
        if found is not None and not found[1].upper().endswith("_GROUP"):
            values.setdefault(found[1].lower(), found[2].strip())
    return of_values(values, origin)


def of_values(values: Mapping[str, str], origin: str) -> Description | None:
    """Return what some values say; None where they are not of this vendor.

    Args:
        values: by their names in small letters, without the groups they are in.
        origin: where they stand.
    """
    if "satid" not in values:
        return None
    moment = next((values[name] for name in _MOMENTS if name in values), "")
    gsd = next((values[name] for name in _GSD if name in values), None)
    angle = values.get("meanoffnadirviewangle", values.get("offnadirviewangle"))
    return Description(
        origin, moment.strip('"'), Said(_VENDOR, satellite(values["satid"]), gsd, angle).facts()
    )  # fmt: skip
