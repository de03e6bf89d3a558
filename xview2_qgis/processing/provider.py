"""The Processing provider ``xview2``."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..i18n.translation import tr
from ..resources.icon_files import icon, icon_path


class XView2Provider(QgsProcessingProvider):
    """Offers the algorithms of the plugin in the toolbox, in models, as batch and to ``qgis_process``."""

    def loadAlgorithms(self) -> None:  # noqa: N802 - names of this class are QGIS's
        """Add the algorithms."""
        from .algorithms import ALGORITHMS

        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())

    def id(self) -> str:
        """Return the stable name that scripts use."""
        return "xview2"

    def name(self) -> str:
        """Return the name people see."""
        return "xView2"

    def longName(self) -> str:  # noqa: N802
        """Return the name with what it is for."""
        return tr("xView2: building damage")

    def icon(self) -> QIcon:
        """Return the icon."""
        return icon("xview2")

    def svgIconPath(self) -> str:  # noqa: N802
        """Return the path of the icon."""
        return icon_path("xview2")

    def supportsNonFileBasedOutput(self) -> bool:  # noqa: N802
        """Return False: the engine writes files."""
        return False

    def supportedOutputVectorLayerExtensions(self) -> list[str]:  # noqa: N802
        """Return GeoPackage only: style, run facts and assessed area travel in the same file."""
        return ["gpkg"]

    def defaultVectorFileExtension(self, hasGeometry: bool = True) -> str:  # noqa: N802, N803
        """Return the extension of temporary vector outputs."""
        return "gpkg"

    def supportedOutputRasterLayerExtensions(self) -> list[str]:  # noqa: N802
        """Return Cloud Optimized GeoTIFF only."""
        return ["tif"]

    def defaultRasterFileExtension(self) -> str:  # noqa: N802
        """Return the extension of temporary raster outputs."""
        return "tif"
