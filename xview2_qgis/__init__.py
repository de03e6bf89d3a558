"""xView2 for QGIS: building damage from a pair of satellite images.

QGIS imports this package to find :func:`classFactory`; the engine (``xview2_qgis.engine``) lives below it and runs in a
Python process of its own. Nothing is imported here, so that neither side pays for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import XView2Plugin


def classFactory(iface: QgisInterface | None) -> XView2Plugin:  # noqa: N802 - name is QGIS's
    """Return the plugin object. Called by QGIS when the plugin is loaded.

    Args:
        iface: the running application; None under ``qgis_process``.
    """
    from .plugin import XView2Plugin

    return XView2Plugin(iface)
