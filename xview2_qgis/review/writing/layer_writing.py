"""Writing into a damage layer: at once into its file, or into the edits of the user where the layer is being edited.

Straight into the file a review is on the disk before the next key, and there is nothing to save and nothing to lose.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProviderRegistry, QgsVectorDataProvider, QgsVectorLayer

from ...i18n.translation import tr

#: Fields that the file itself keeps right.
_FOLLOWING = ("final_class", "final_damage")
_CAPABILITIES = {
    "change": QgsVectorDataProvider.Capability.ChangeAttributeValues,
    "add": QgsVectorDataProvider.Capability.AddFeatures,
    "delete": QgsVectorDataProvider.Capability.DeleteFeatures,
}


class NotWrittenError(Exception):
    """A layer takes no change; the text says why, and what to do."""


class LayerWriting:
    """Changes rows of one layer; each call is one step of the layer's own undo list if there is one.

    Args:
        layer: a damage layer.
    """

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer

    def refusal(self) -> str:
        """Return why nothing can be written, or an empty text."""
        layer = self._layer
        if layer.readOnly():
            return tr("The layer “{}” is read-only in this project (Project › Properties › Data Sources).").format(
                layer.name()
            )
        path = layer_path(layer)
        if path and not os.path.exists(path):
            return tr("The file of this layer was moved or deleted. Put it back, or remove the layer.")
        # a GeoPackage keeps a log beside itself while it is written
        if path and not (os.access(path, os.W_OK) and os.access(os.path.dirname(path), os.W_OK)):
            return tr("“{}” is read-only: reviews cannot be saved. Copy it to a folder where you may write.").format(
                os.path.basename(path)
            )
        if not layer.dataProvider().capabilities() & _CAPABILITIES["change"]:
            return tr("The layer “{}” cannot be changed.").format(layer.name())
        return ""

    def change(self, fid: int, values: Mapping[int, str | None], title: str) -> None:
        """Change a row.

        Args:
            fid: the feature.
            values: by the indices of their fields.
            title: what is done, for the undo list of a layer that is being edited.

        Raises:
            NotWrittenError: the layer does not take it; nothing is changed then.
        """
        layer = self._layer
        self._require("change")
        if layer.isEditable():
            layer.beginEditCommand(title)
            done = layer.changeAttributeValues(fid, dict(values))
            self._end(done)
            return
        if not layer.dataProvider().changeAttributeValues({fid: dict(values)}):
            raise self._failure()
        self._tell(fid, list(values))

    def add(self, feature: QgsFeature, title: str) -> int:
        """Add a row and return its feature id.

        Raises:
            NotWrittenError: the layer does not take it.
        """
        layer = self._layer
        self._require("add")
        if layer.isEditable():
            layer.beginEditCommand(title)
            self._end(layer.addFeature(feature))
            return int(feature.id())
        done, added = layer.dataProvider().addFeatures([feature])
        if not done:
            raise self._failure()
        fid = int(added[0].id())
        layer.updateExtents()
        layer.featureAdded.emit(fid)
        layer.triggerRepaint()
        return fid

    def remove(self, fid: int, title: str) -> None:
        """Remove a row.

        Raises:
            NotWrittenError: the layer does not take it.
        """
        layer = self._layer
        self._require("delete")
        if layer.isEditable():
            layer.beginEditCommand(title)
            self._end(layer.deleteFeature(fid))
            return
        if not layer.dataProvider().deleteFeatures([fid]):
            raise self._failure()
        layer.updateExtents()
        layer.featureDeleted.emit(fid)
        layer.featuresDeleted.emit([fid])
        layer.triggerRepaint()

    def _require(self, what: str) -> None:
        refusal = self.refusal()
        if not refusal and not self._layer.dataProvider().capabilities() & _CAPABILITIES[what]:
            refusal = tr("The layer “{}” cannot be changed.").format(self._layer.name())
        if refusal:
            raise NotWrittenError(refusal)

    def _end(self, done: bool) -> None:
        if not done:
            self._layer.destroyEditCommand()
            raise self._failure()
        self._layer.endEditCommand()
        self._layer.triggerRepaint()

    def _failure(self) -> NotWrittenError:
        provider = self._layer.dataProvider()
        reason = "; ".join(provider.errors()) if provider.hasErrors() else ""
        provider.clearErrors()
        return NotWrittenError(
            tr("The review was not saved: {}. If another program uses the file, close it and try again.").format(
                reason.rstrip(".") or tr("QGIS could not write into it")
            )
        )

    def _tell(self, fid: int, changed: list[int]) -> None:
        """Let tables, forms and the map know what the file has now, as if it had been edited in QGIS."""
        layer = self._layer
        fields = layer.fields()
        places = [*changed, *(place for name in _FOLLOWING if (place := fields.indexOf(name)) >= 0)]
        request = QgsFeatureRequest(fid).setFlags(QgsFeatureRequest.Flag.NoGeometry).setSubsetOfAttributes(places)
        feature = QgsFeature()
        if layer.getFeatures(request).nextFeature(feature):
            for place in places:
                layer.attributeValueChanged.emit(fid, place, feature.attribute(place))
        layer.triggerRepaint()


def layer_path(layer: QgsVectorLayer) -> str:
    """Return the file of a layer, empty for one without."""
    if layer.providerType() != "ogr":
        return ""
    path = str(QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path") or "")
    return path if os.path.isabs(path) else ""
