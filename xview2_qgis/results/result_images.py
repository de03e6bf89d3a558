"""The two images that a result was made from, found again: in the project, else on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsProject, QgsProviderRegistry, QgsRasterLayer, QgsVectorLayer

from ..i18n.translation import tr
from ..layers.raster_source import raster_source
from ..layers.unusable_layer import UnusableLayerError
from ..protocol.image_order import ImageNames, only_pair
from ..protocol.public_name import public_name
from ..protocol.stored_result import DamagedError, InUseError, images_of_run

# kept by QGIS in the project, with the layer
_PROPERTIES = ("xview2/pre", "xview2/post")


class ImagesMissingError(Exception):
    """An image of a result cannot be found; the text says which, and what to do."""


@dataclass(frozen=True)
class ResultImages:
    """The images of a result.

    Attributes:
        pre: the pre-event image.
        post: the post-event image.
    """

    pre: QgsRasterLayer
    post: QgsRasterLayer


def note_images(damage: QgsVectorLayer, pre: str, post: str) -> None:
    """Note in a damage layer what its run read: its file may know no more than their names.

    Args:
        damage: the layer.
        pre: what GDAL opens for the pre-event image; empty without one.
        post: the same of the post-event image.
    """
    for name, source in zip(_PROPERTIES, (pre, post)):
        damage.setCustomProperty(name, source)


def result_images(project: QgsProject, damage: QgsVectorLayer) -> ResultImages:
    """Return the images of a result: layers of the project where it has them, else such of the files themselves.

    Raises:
        ImagesMissingError: one of them cannot be found, or the run had no pre-event image.
    """
    pre, post = image_sources(damage)
    if post and not pre:
        raise ImagesMissingError(tr("This result was made without a pre-event image: there is nothing to compare."))
    found = [find_image(project, damage, source) for source in (pre, post)]
    missing = [public_name(source) for source, layer in zip((pre, post), found) if source and layer is None]
    if missing:
        raise ImagesMissingError(
            tr("Not found: “{}”. Add the image to the project and compare again.").format("”, “".join(missing))
        )
    first, second = found
    if first is None or second is None:
        raise ImagesMissingError(
            tr("“{}” does not say which images it was made from.").format(_geopackage(damage).name)
        )
    return ResultImages(first, second)


def images_of_project(project: QgsProject) -> ResultImages | None:
    """Return the pair of a project without a result, if dates or words in the names show which it is."""
    rasters = [layer for layer in _rasters(project) if layer.bandCount() >= 3]
    names = [(layer, ImageNames(layer.name(), Path(public_name(layer.source())).stem)) for layer in rasters]
    pair = only_pair(names)
    return None if pair is None else ResultImages(*pair)


def image_sources(damage: QgsVectorLayer) -> tuple[str, str]:
    """Return paths or names of the pre-event and the post-event image of a result; empty where that is unknown."""
    return _noted(damage) or _recorded(damage)


def find_image(project: QgsProject, damage: QgsVectorLayer, source: str) -> QgsRasterLayer | None:
    """Return an image: a layer of the project, else one of the file itself; None where it is not found.

    Args:
        project: the project that is open.
        damage: the layer of the result, beside whose file the image may lie.
        source: path or name of the image.
    """
    return _found(project, _geopackage(damage).parent, source)


def _noted(damage: QgsVectorLayer) -> tuple[str, str] | None:
    pre, post = (str(damage.customProperty(name, "") or "") for name in _PROPERTIES)
    return (pre, post) if post else None


def _recorded(damage: QgsVectorLayer) -> tuple[str, str]:
    try:
        return images_of_run(_geopackage(damage)) or ("", "")
    except (InUseError, DamagedError, OSError):
        return "", ""


def _geopackage(damage: QgsVectorLayer) -> Path:
    return Path(str(QgsProviderRegistry.instance().decodeUri("ogr", damage.source()).get("path") or ""))


def _found(project: QgsProject, folder: Path, source: str) -> QgsRasterLayer | None:
    if not source:
        return None
    layers = [(layer, _source(layer)) for layer in _rasters(project)]
    same = [layer for layer, other in layers if other == source or _same_file(other, source)]
    # the record may hold no more than a name, which two images may have
    named = [layer for layer, other in layers if source == public_name(source) == public_name(other)]
    if same or len(named) == 1:
        return (same or named)[0]
    for place in (source, str(folder / source)):
        if os.path.isabs(place) and os.path.isfile(place):
            layer = QgsRasterLayer(place, Path(place).stem, "gdal")
            if layer.isValid():
                return layer
    return None


def _rasters(project: QgsProject) -> Iterator[QgsRasterLayer]:
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsRasterLayer) and layer.isValid() and layer.providerType() == "gdal":
            yield layer


def _source(layer: QgsRasterLayer) -> str:
    try:
        return raster_source(layer)
    except UnusableLayerError:
        return ""


def _same_file(first: str, second: str) -> bool:
    return os.path.exists(first) and os.path.exists(second) and os.path.samefile(first, second)
