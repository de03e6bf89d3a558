"""Names of the layers of a result: after the post-event image, so that two results can be told apart in any list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from qgis.core import QgsProject, QgsProviderRegistry
from qgis.PyQt.QtCore import QCoreApplication

_LONGEST = 48  # letters: the list of layers is narrow


@dataclass(frozen=True)
class ResultNames:
    """Names of what is added to a project.

    Attributes:
        scene: what the result is about, for example the name of the post-event image.
    """

    scene: str

    @property
    def damage(self) -> str:
        """Name of the layer of buildings, and of the group around all layers."""
        return _tr("Damage – {}").format(self.scene)

    @property
    def area(self) -> str:
        """Name of the layer with the assessed area."""
        return _tr("Assessed area – {}").format(self.scene)

    @property
    def raster(self) -> str:
        """Name of the damage raster."""
        return _tr("Damage raster – {}").format(self.scene)


def result_names(project: QgsProject | None, image: str) -> ResultNames:
    """Return names that no layer of a project has yet; a number follows where there is an earlier result.

    Args:
        project: the project that the layers are for, or None.
        image: name of the post-event image.
    """
    scene = image if len(image) <= _LONGEST else image[: _LONGEST - 1] + "…"
    taken = {layer.name() for layer in project.mapLayers().values()} if project is not None else set()
    names, number = ResultNames(scene), 1
    while names.damage in taken:
        number += 1
        names = ResultNames(f"{scene} ({number})")
    return names


def image_name(source: str) -> str:
    """Return the name of an image from what GDAL opens: that of its file, and of the image in it where it has many."""
    parts = QgsProviderRegistry.instance().decodeUri("gdal", source)
    # in an archive the file inside, if it is named
    stem = PurePath(str(parts.get("vsiSuffix") or parts.get("path") or source)).stem
    inside = str(parts.get("layerName") or "")
    return f"{stem} {inside}".strip() or source


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultNames", text)
