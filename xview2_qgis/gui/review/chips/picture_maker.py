"""Draws pieces of the images in the background, and keeps the last ones: the next building is drawn beforehand."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject, QSize, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage

from ....layers.open_project import open_project
from .frame import ChipFrame

_KEPT = 64  # pictures
_DPI = 96
BACKGROUND = "#404040"


@dataclass(frozen=True)
class PictureKey:
    """Which picture: of a building, of an image, in pixels of the screen, at a scale (metres per pixel)."""

    fid: int
    image: str
    width: int
    height: int
    scale: float


class PictureMaker(QObject):
    """Draws pictures; several at a time.

    Args:
        parent: Qt parent.

    Signals:
        made: a picture that was asked for is there.
    """

    made = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[PictureKey, QImage] = OrderedDict()
        self._jobs: dict[PictureKey, QgsMapRendererParallelJob] = {}

    def picture(self, key: PictureKey) -> QImage | None:
        """Return a picture if it is there."""
        return self._kept.get(key)

    def draw(self, key: PictureKey, frame: ChipFrame, image: QgsRasterLayer) -> None:
        """Begin to draw a picture unless it is there or under way."""
        if key in self._kept or key in self._jobs:
            return
        settings = QgsMapSettings()
        settings.setLayers([image])
        settings.setDestinationCrs(frame.crs)
        settings.setTransformContext(open_project().transformContext())
        settings.setOutputSize(QSize(key.width, key.height))
        settings.setOutputDpi(_DPI)
        settings.setExtent(frame.extent(key.width * key.scale, key.height * key.scale))
        settings.setBackgroundColor(QColor(BACKGROUND))
        job = QgsMapRendererParallelJob(settings)
        job.setParent(self)  # else Python would delete it while it still emits its last signal
        self._jobs[key] = job
        job.finished.connect(lambda: self._on_finished(key))
        job.start()

    def keep_only(self, keys: set[PictureKey]) -> None:
        """Stop what is being drawn for other buildings."""
        for key in set(self._jobs) - keys:
            job = self._jobs.pop(key)
            job.cancelWithoutBlocking()
            job.finished.connect(job.deleteLater)

    def forget(self) -> None:
        """Throw all pictures away: an image is drawn differently now, or another layer is reviewed."""
        self.stop()
        self._kept.clear()

    def stop(self) -> None:
        """Stop everything and wait until it has stopped: the images may be removed next."""
        jobs, self._jobs = self._jobs, {}
        for job in jobs.values():
            job.cancel()

    def _on_finished(self, key: PictureKey) -> None:
        job = self._jobs.pop(key, None)
        if job is None:
            return
        self._kept[key] = job.renderedImage()
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        job.deleteLater()
        self.made.emit(key)


def covers(image: QgsRasterLayer, frame: ChipFrame, extent: QgsRectangle) -> bool:
    """Return whether an image reaches into a rectangle of a frame."""
    transform = QgsCoordinateTransform(image.crs(), frame.crs, open_project().transformContext())
    try:
        return bool(transform.transformBoundingBox(image.extent()).intersects(extent))
    except QgsCsException:
        return True  # unknown: the picture will show it
