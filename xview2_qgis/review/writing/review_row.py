"""What people write about one building: the four fields of a review."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsVectorLayer

#: The fields, in the order of :class:`ReviewRow`.
REVIEW_FIELDS = ("review_class", "review_note", "reviewed_at", "reviewed_by")


@dataclass(frozen=True)
class ReviewRow:
    """The fields of a review, each as it is in the file; None for NULL."""

    review_class: str | None = None
    note: str | None = None
    reviewed_at: str | None = None
    reviewed_by: str | None = None

    @classmethod
    def of(cls, layer: QgsVectorLayer, fid: int) -> ReviewRow | None:
        """Return what a layer has of a building now; None where it has no such building."""
        request = QgsFeatureRequest(fid).setFlags(QgsFeatureRequest.Flag.NoGeometry)
        feature = QgsFeature()
        if not layer.getFeatures(request).nextFeature(feature):
            return None
        fields = layer.fields()
        values = [feature[name] if fields.indexOf(name) >= 0 else None for name in REVIEW_FIELDS]
        return cls(*(None if value is None or value == NULL else str(value) for value in values))

    def values(self, layer: QgsVectorLayer) -> dict[int, str | None]:
        """Return the values by the indices of the fields; a field that a layer does not have is left out."""
        fields = layer.fields()
        places = [fields.indexOf(name) for name in REVIEW_FIELDS]
        return {place: value for place, value in zip(places, astuple(self)) if place >= 0}
