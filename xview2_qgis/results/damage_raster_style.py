"""The style of the damage raster in QGIS: its four classes.

The file brings a colour table of 256 entries, as GDAL wants it, and QGIS would list every one of them in the legend.
"""

from __future__ import annotations

from qgis.core import QgsPalettedRasterRenderer, QgsRasterLayer
from qgis.PyQt.QtGui import QColor

from ..i18n.translation import tr
from ..protocol.schema import CLASS_COLOURS, CLASS_LABELS, DAMAGE_CLASSES


def show_classes(raster: QgsRasterLayer) -> None:
    """Draw the four damage classes of a damage raster; everything else is transparent."""
    classes = [
        QgsPalettedRasterRenderer.Class(
            int(damage),
            QColor(CLASS_COLOURS[damage]),
            tr(CLASS_LABELS[damage]),
        )
        for damage in DAMAGE_CLASSES
    ]
    raster.setRenderer(QgsPalettedRasterRenderer(raster.dataProvider(), 1, classes))
