"""What a reviewer did to one layer, and the way back: each step can be undone, newest first.

A step is undone only while the layer holds what the step has written: what somebody changed afterwards elsewhere in
QGIS, or with another program, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsVectorLayerUtils
from qgis.PyQt.QtCore import QDateTime, Qt

from ...i18n.translation import tr
from ...protocol.schema import SOURCE_REVIEW
from .layer_writing import LayerWriting
from .review_row import ReviewRow
from .reviewer import reviewer_name
from .shape_of_layer import area_m2, as_layer_takes_it


@dataclass(frozen=True)
class Step:
    """One thing that was done.

    Attributes:
        fid: the building.
        before: its review before; None where it did not exist.
        after: its review after.
        outline: of a building that was added, else None.
    """

    fid: int
    before: ReviewRow | None
    after: ReviewRow
    outline: QgsGeometry | None = None


@dataclass(frozen=True)
class Undone:
    """A step that was taken back.

    Attributes:
        fid: the building.
        removed: whether the building is gone, because it had been added.
        judged: whether a class was taken back, and not only a note.
    """

    fid: int
    removed: bool
    judged: bool


class ReviewEdits:
    """Writes reviews into one layer.

    Args:
        layer: a damage layer.
    """

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        self._writing = LayerWriting(layer)
        self._steps: list[Step] = []
        layer.committedFeaturesAdded.connect(self._on_saved)

    def refusal(self) -> str:
        """Return why nothing can be written, or an empty text."""
        return self._writing.refusal()

    def judge(self, fid: int, review_class: str) -> None:
        """Give a building a class.

        Raises:
            NotWrittenError: the layer does not take it.
        """
        now = QDateTime.currentDateTimeUtc().toString(Qt.DateFormat.ISODate)
        self._change(
            fid,
            lambda row: replace(row, review_class=review_class, reviewed_at=now, reviewed_by=reviewer_name()),
            tr("Review: {}").format(review_class),
        )

    def annotate(self, fid: int, note: str) -> None:
        """Write a note about a building; an empty one removes it.

        Raises:
            NotWrittenError: the layer does not take it.
        """
        self._change(fid, lambda row: replace(row, note=note.strip() or None), tr("Review: note"))

    def add(self, outline: QgsGeometry) -> int:
        """Add a building that the model has missed, without a number and without a class, and return its feature id.

        Args:
            outline: polygon in the CRS of the layer.

        Raises:
            NotWrittenError: the layer does not take it, or the outline is none.
        """
        shape = as_layer_takes_it(outline, self._layer)
        feature = QgsVectorLayerUtils.createFeature(self._layer, shape)
        fields = self._layer.fields()
        for name in fields.names():
            if name != "fid":
                feature[name] = None
        for name, value in (("source", SOURCE_REVIEW), ("area_m2", area_m2(shape, self._layer))):
            if fields.indexOf(name) >= 0:
                feature[name] = value
        fid = self._writing.add(feature, tr("Review: building added"))
        self._steps.append(Step(fid, None, ReviewRow.of(self._layer, fid) or ReviewRow(), shape))
        return fid

    def can_undo(self) -> bool:
        """Return whether anything was done that has not been taken back."""
        return bool(self._steps)

    def undo(self) -> Undone | None:
        """Take the newest step back; None where it could not be, because the building was changed since elsewhere.

        Raises:
            NotWrittenError: the layer does not take it; the step stays, to be taken back later.
        """
        step = self._steps[-1]
        now = ReviewRow.of(self._layer, step.fid)
        if now != step.after:
            self._steps.pop()
            return None
        if step.before is None:
            self._writing.remove(step.fid, tr("Undo: building added"))
        else:
            self._writing.change(step.fid, step.before.values(self._layer), tr("Undo review"))
        self._steps.pop()
        judged = step.before is not None and step.before.review_class != step.after.review_class
        return Undone(step.fid, step.before is None, judged)

    def leave(self) -> None:
        """Listen to the layer no more."""
        self._layer.committedFeaturesAdded.disconnect(self._on_saved)

    def _change(self, fid: int, change: Callable[[ReviewRow], ReviewRow], title: str) -> None:
        before = ReviewRow.of(self._layer, fid)
        if before is None:
            return  # removed meanwhile; the list of buildings follows in a moment
        after = change(before)
        if after == before:
            return
        self._writing.change(fid, after.values(self._layer), title)
        self._steps.append(Step(fid, before, after))

    def _on_saved(self, _: str, features: Iterable[QgsFeature]) -> None:
        """Follow a building that was drawn while the layer was edited: it gets its final id with the saved edits."""
        for feature in features:
            drawn = next(
                (s for s in self._steps if s.outline is not None and s.outline.equals(feature.geometry())), None
            )
            if drawn is not None:
                old, new = drawn.fid, int(feature.id())
                self._steps = [replace(step, fid=new) if step.fid == old else step for step in self._steps]
