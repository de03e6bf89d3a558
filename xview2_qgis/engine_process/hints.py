"""Hints of the engine in the words of QGIS, where its options are fields and layers have settings."""

from __future__ import annotations

import re

from ..i18n.translation import tr

_OPTION = re.compile(r"--(?=[a-z])")


def hint_in_qgis(code: str, hint: str) -> str:
    """Return what to do about an error of the engine.

    Args:
        code: identifier of the error.
        hint: what the engine says, for its command line.
    """
    if code == "no-crs":
        return tr("assign one (right click on the layer, Layer CRS, Set Layer CRS…)")
    if code == "out-of-memory":
        return tr("close other programs, or choose the CPU as device")
    if code == "output-reviewed":
        return tr("give the result another name, or choose to replace reviewed results, too, and lose the reviews")
    return _OPTION.sub("", hint)  # "use --device cpu" names the field and its value
