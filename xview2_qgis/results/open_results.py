"""Layers of the project that show files which a run replaces.

QGIS would go on with what it read from the file before: an extent, a number of features, and edits that are saved into
a file that is no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qgis.core import QgsDataProvider, QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer

from ..i18n.translation import tr
from ..layers.source_files import layer_files, overwritten_input


def layers_of(project: QgsProject | None, files: Iterable[str]) -> Iterator[QgsMapLayer]:
    """Yield the layers of a project that read one of the files."""
    files = tuple(files)
    for layer in project.mapLayers().values() if project is not None else ():
        if overwritten_input(files, layer_files(layer)) is not None:
            yield layer


def edited_layers(project: QgsProject | None, files: Iterable[str]) -> list[str]:
    """Return the names of the layers that read one of the files and are being edited."""
    return [layer.name() for layer in layers_of(project, files) if layer.isEditable()]


def reload_layers(project: QgsProject | None, files: Iterable[str]) -> None:
    """Let layers read their replaced files anew, with the style they have; those being edited are left alone."""
    for layer in list(layers_of(project, files)):
        if isinstance(layer, (QgsRasterLayer, QgsVectorLayer)) and not layer.isEditable():
            options = QgsDataProvider.ProviderOptions()
            layer.setDataSource(layer.source(), layer.name(), layer.providerType(), options)
            if isinstance(layer, QgsVectorLayer):
                layer.updateExtents(True)
            layer.triggerRepaint()


def still_edited(names: Iterable[str]) -> str:
    """Return the message about layers whose file was replaced while they were edited."""
    return tr(
        "The file of “{}” was replaced while it was being edited. Copy what you need from it, end editing without "
        "saving, and open the file anew."
    ).format("”, “".join(names))
