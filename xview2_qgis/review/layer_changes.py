"""What happens to a layer otherwise than by the review, gathered for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

_AFTER_MS = 250
_MANY = 500  # rows; of more, all are read


class LayerChanges(QObject):
    """Tells once about many changes.

    Args:
        layer: the layer.
        parent: Qt parent.

    Signals:
        rows_changed: values of these features have changed.
        layer_changed: features came or went, or it is not known what has changed.
    """

    rows_changed = pyqtSignal(list)
    layer_changed = pyqtSignal()

    def __init__(self, layer: QgsVectorLayer, parent: QObject) -> None:
        super().__init__(parent)
        self._layer = layer
        self._own = False
        self._rows: set[int] = set()
        self._all = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._tell)
        self._whole = (
            layer.featureAdded, layer.featuresDeleted, layer.geometryChanged, layer.subsetStringChanged,
            layer.afterRollBack, layer.dataChanged, layer.committedFeaturesAdded, layer.updatedFields,
        )  # fmt: skip
        layer.attributeValueChanged.connect(self._on_value)
        for signal in self._whole:
            signal.connect(self._on_layer)

    @contextmanager
    def own(self) -> Iterator[None]:
        """What happens inside is done by the review, which knows about it."""
        self._own = True
        try:
            yield
        finally:
            self._own = False

    def leave(self) -> None:
        """Listen no more."""
        self._timer.stop()
        self._layer.attributeValueChanged.disconnect(self._on_value)
        for signal in self._whole:
            signal.disconnect(self._on_layer)

    def _on_value(self, fid: int, *_: object) -> None:
        if not self._own:
            self._rows.add(fid)
            self._timer.start()

    def _on_layer(self, *_: object) -> None:
        if not self._own:
            self._all = True
            self._timer.start()

    def _tell(self) -> None:
        rows, whole = sorted(self._rows), self._all or len(self._rows) > _MANY
        self._rows.clear()
        self._all = False
        if whole:
            self.layer_changed.emit()
        else:
            self.rows_changed.emit(rows)
