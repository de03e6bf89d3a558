"""Names of the layers of a result: place and date, else the post-event image; two results differ in any list."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from qgis.core import QgsMapLayer, QgsProject

from ..i18n.translation import tr
from ..protocol.public_name import public_name

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}(:|$)")  # before a colon stands the file of a dataset in it
_ADDRESS = re.compile(r"://|/vsi|\?")
_LONGEST = 48  # letters: the list of layers is narrow


@dataclass(frozen=True)
class ResultNames:
    """Names of what is added to a project.

    Attributes:
        scene: what the result is about: place and date, or the name of the post-event image.
    """

    scene: str

    @property
    def damage(self) -> str:
        """Name of the layer of buildings, and of the group around all layers."""
        return tr("Damage – {}").format(self.scene)

    @property
    def area(self) -> str:
        """Name of the layer with the assessed area."""
        return tr("Assessed area – {}").format(self.scene)

    @property
    def not_visible(self) -> str:
        """Name of the layer with what was excluded."""
        return tr("Not visible – {}").format(self.scene)

    @property
    def raster(self) -> str:
        """Name of the damage raster."""
        return tr("Damage raster – {}").format(self.scene)


def names_taken(project: QgsProject | None) -> frozenset[str]:
    """Return the names of the layers that a project has; to be called in the main thread."""
    return frozenset(layer.name() for layer in project.mapLayers().values()) if project is not None else frozenset()


def free_names(scene: str, taken: Collection[str]) -> ResultNames:
    """Return names that are not taken; a number follows where there is an earlier result.

    Args:
        scene: what the result is about: place and date, or the name of the post-event image.
        taken: names of layers that are there.
    """
    short = scene if len(scene) <= _LONGEST else scene[: _LONGEST - 1] + "…"
    names, number = ResultNames(short), 1
    while names.damage in taken:
        number += 1
        names = ResultNames(f"{short} ({number})")
    return names


def result_names(project: QgsProject | None, scene: str) -> ResultNames:
    """Return names that no layer of a project has yet, see :func:`free_names`.

    Args:
        project: the project that the layers are for, or None.
        scene: what the result is about.
    """
    return free_names(scene, names_taken(project))


def image_name(source: str) -> str:
    """Return the name of an image from what GDAL opens: that of its file, without folders, hosts and secrets."""
    name = public_name(source)
    return _SUFFIX.sub(r"\1", name) or name


def layer_title(layer: QgsMapLayer) -> str:
    """Return the name of a layer as its user knows it; where that is an address, the name of its file."""
    name = layer.name().strip()
    return name if name and not _ADDRESS.search(name) else image_name(layer.source())
