"""xView2 for QGIS: building damage from a pair of satellite images.

QGIS imports this package to find :func:`classFactory`; the engine (``xview2_qgis.engine``) lives below it and runs in a
Python process of its own. Nothing is imported here, so that neither side pays for the other.
"""

from __future__ import annotations


def classFactory(iface):  # noqa: ANN001, ANN201, N802 - name and signature are QGIS's
    """Return the plugin object. Called by QGIS when the plugin is loaded.

    Args:
        iface: the ``QgisInterface`` of the running application.
    """
    from .plugin import XView2Plugin

    return XView2Plugin(iface)
