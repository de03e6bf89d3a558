"""A comparison of two images on the map, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsMapSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...layers.open_project import open_project
from ...results.result_images import ResultImages
from .bar import CompareBar
from .curtain import Curtain, Pictures
from .drawing import Drawing
from .gestures import Gestures
from .layer_order import LayerOrder
from .view import Shows, View

#: How long each image is seen while they are shown in turns, milliseconds: slower than what harms some people.
BLINK_MS = 700


class Comparison(QObject):
    """Shows both images on the map until it is ended. The map, its layers and the tool in use stay as they are.

    Signals:
        ended: it is over, exactly once.

    Attributes:
        view: what is shown.
        bar: the bar at the lower edge.
        curtain: what covers the map.

    Args:
        canvas: the map; also the Qt parent.
        images: what to compare.
    """

    ended = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, images: ResultImages) -> None:
        super().__init__(canvas)
        self.view = View()
        self._canvas = canvas
        self._images = images
        self._ids = {images.pre.id(), images.post.id()}
        self._ended = False
        ground = canvas.canvasColor()
        self._pre, self._post, self._above = Drawing(ground, self), Drawing(ground, self), Drawing(None, self)
        self.curtain = Curtain(canvas)
        self.bar = CompareBar(canvas)
        self._gestures = Gestures(canvas)
        self._blinking = QTimer(self)
        self._blinking.setInterval(BLINK_MS)
        # the canvas alone is told of layers that it shows; one of the images may be hidden
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(0)
        # QGIS drags the map after the event that tells of it
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self.curtain.update)
        self._connect()

    @property
    def drawn(self) -> bool:
        """Whether all that is shown has been drawn."""
        return not (self._redraw.isActive() or any(part.active for part in self._parts))

    def start(self) -> None:
        """Begin to draw, and show the bar."""
        self.bar.show()
        self.bar.settle()
        self._canvas.setFocus()
        self._show(self.view)
        self._draw()

    def end(self) -> None:
        """Take everything away from the map."""
        if self._ended:
            return
        self._ended = True
        self._blinking.stop()
        self._redraw.stop()
        self._follow.stop()
        self._canvas.renderStarting.disconnect(self._draw)
        for layer in (self._images.pre, self._images.post):
            layer.repaintRequested.disconnect(self._redraw.start)
        open_project().layersWillBeRemoved.disconnect(self._on_removal)
        self._gestures.stop()
        for part in self._parts:
            part.stop()
        self._canvas.scene().removeItem(self.curtain)
        self.bar.hide()
        self.bar.deleteLater()
        self._canvas.viewport().update()
        self.ended.emit()
        self.deleteLater()

    def show_view(self, view: View) -> None:
        """Show something else; who takes the divider has seen enough blinking."""
        self.bar.blink.setChecked(False)
        self._show(view)

    @property
    def _parts(self) -> tuple[Drawing, Drawing, Drawing]:
        return self._pre, self._post, self._above

    def _connect(self) -> None:
        self._canvas.renderStarting.connect(self._draw)
        self._redraw.timeout.connect(self._draw)
        for layer in (self._images.pre, self._images.post):
            layer.repaintRequested.connect(self._redraw.start)
        open_project().layersWillBeRemoved.connect(self._on_removal)
        for part in self._parts:
            part.drawn.connect(self._on_drawn)
        gestures, bar = self._gestures, self.bar
        gestures.dragged.connect(lambda share: self.show_view(self.view.divided_at(share)))
        gestures.stepped.connect(lambda step: self.show_view(self.view.moved(step)))
        gestures.faded.connect(lambda step: self._show(self.view.faded(self.view.opacity + step)))
        gestures.blinked.connect(lambda: self.show_view(self.view.blinked()))
        gestures.blinking.connect(bar.blink.toggle)
        gestures.resized.connect(bar.settle)
        gestures.panned.connect(self._follow.start)
        gestures.left.connect(self.end)
        bar.swiped.connect(lambda: self.show_view(self.view.moved(0.0)))
        bar.faded.connect(lambda opacity: self._show(self.view.faded(opacity)))
        bar.blink.toggled.connect(self._on_blink)
        bar.left.connect(self.end)
        self._blinking.timeout.connect(lambda: self._show(self.view.blinked()))

    def _show(self, view: View) -> None:
        self.view = view
        self._gestures.divider = view.divider if view.shows is Shows.BOTH else None
        self.bar.show_opacity(view.opacity)
        self.curtain.set_view(view)

    def _on_blink(self, blinks: bool) -> None:
        if blinks:
            self._show(self.view.blinked())
            self._blinking.start()
        else:
            self._blinking.stop()

    def _draw(self) -> None:
        self._redraw.stop()
        settings = QgsMapSettings(self._canvas.mapSettings())
        order = LayerOrder.of(self._canvas.layers(), self._images)
        for part, layers in zip(self._parts, (order.pre, order.post, order.above)):
            part.draw(settings, layers)

    def _on_drawn(self) -> None:
        self.curtain.set_pictures(Pictures(self._pre.picture, self._post.picture, self._above.picture))

    def _on_removal(self, ids: Iterable[str]) -> None:
        if self._ids & set(ids):
            self.end()
