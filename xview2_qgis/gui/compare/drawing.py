"""Draws layers in the background, as QGIS draws its map, again and again as the map moves."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsMapLayer, QgsMapRendererCache, QgsMapRendererParallelJob, QgsMapSettings
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from .picture import Picture


class Drawing(QObject):
    """One part of the map: layers, and their picture.

    Signals:
        drawn: there is a new picture.

    Attributes:
        picture: the last one that was finished; None before.

    Args:
        ground: colour below the layers; None for nothing.
        parent: Qt parent.
    """

    drawn = pyqtSignal()

    def __init__(self, ground: QColor | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picture: Picture | None = None
        self._ground = ground or QColor(0, 0, 0, 0)
        self._cache = QgsMapRendererCache()  # what has not changed is not drawn again when another layer has
        self._job: QgsMapRendererParallelJob | None = None
        self._ending: list[QgsMapRendererParallelJob] = []

    @property
    def active(self) -> bool:
        """Whether a picture is being drawn."""
        return self._job is not None

    def draw(self, settings: QgsMapSettings, layers: Sequence[QgsMapLayer]) -> None:
        """Begin a new picture; one that is being drawn is given up.

        Args:
            settings: the map.
            layers: what to draw, the topmost first.
        """
        self.give_up()
        own = QgsMapSettings(settings)
        own.setLayers(list(layers))
        own.setBackgroundColor(self._ground)
        job = QgsMapRendererParallelJob(own)
        job.setCache(self._cache)
        job.finished.connect(lambda: self._on_finished(job))
        self._job = job
        job.start()

    def give_up(self) -> None:
        """Draw no further; the picture of before stays."""
        job, self._job = self._job, None
        if job is not None and job.isActive():
            self._ending.append(job)  # it must live until its threads have ended
            job.cancelWithoutBlocking()

    def stop(self) -> None:
        """Draw no further, and wait for the threads that do."""
        self.give_up()
        for job in self._ending:
            job.finished.disconnect()
            job.cancel()
        self._ending.clear()

    def _on_finished(self, job: QgsMapRendererParallelJob) -> None:
        job.finished.disconnect()  # which holds the job itself
        if job in self._ending:
            self._ending.remove(job)
        if job is not self._job:
            return
        self._job = None
        self.picture = Picture(job.renderedImage(), job.mapSettings())
        self.drawn.emit()
