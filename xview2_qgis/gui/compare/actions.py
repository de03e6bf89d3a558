"""The buttons that look closer at a result on the map: compare its images, and outlines instead of fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsMapLayer, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QToolBar

from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...resources.icon_files import icon
from ...results.own_results import damage_layers, is_damage_result
from ...results.result_images import ImagesMissingError, ResultImages, images_of_project, result_images
from ...results.result_styles import show_fills, show_outlines, shows_outlines

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QAction

    from .comparison import Comparison

_MESSAGE_S = 15


class CompareActions(QObject):
    """Two buttons that stay pressed.

    Attributes:
        compare: shows both images of a result on the map while it is pressed.
        outlines: draws damage layers with lines only while it is pressed.
        comparison: what is shown now; None for nothing.

    Args:
        iface: the running application.
        toolbar: where the buttons go; also the Qt parent.
    """

    def __init__(self, iface: QgisInterface, toolbar: QToolBar) -> None:
        super().__init__(toolbar)
        self._iface = iface
        self._outlined_for_comparison: list[QgsVectorLayer] = []
        self.comparison: Comparison | None = None
        self.compare = self._add(toolbar, "Compare", "compare", tr("Compare pre- and post-event image"))
        self.outlines = self._add(toolbar, "Outlines", "outlines", tr("Outlines only, roofs in sight"))
        self.compare.triggered.connect(lambda *_: self._on_compare())
        self.outlines.triggered.connect(lambda *_: self._on_outlines())
        project = open_project()
        project.layersAdded.connect(self._on_layers_added)
        project.layersRemoved.connect(self._show_state)
        project.layersWillBeRemoved.connect(self._forget)

    @property
    def actions(self) -> tuple[QAction, ...]:
        """The actions, for the menu."""
        return self.compare, self.outlines

    def unload(self) -> None:
        """End a comparison and watch the project no longer."""
        self.end()
        project = open_project()
        project.layersAdded.disconnect(self._on_layers_added)
        project.layersRemoved.disconnect(self._show_state)
        project.layersWillBeRemoved.disconnect(self._forget)

    def start(self) -> bool:
        """Compare the images of the active result, else of the topmost one that is shown; return whether it can be."""
        self.end()
        canvas = self._iface.mapCanvas()
        if canvas is None:
            return False
        try:
            images = self._images()
        except ImagesMissingError as error:
            self._say(str(error))
            self.compare.setChecked(False)
            return False
        from .comparison import Comparison  # not before it is used: the start of QGIS need not wait for it

        self.comparison = Comparison(canvas, images)
        self.comparison.ended.connect(self._on_ended)
        # the roofs are what one wants to see; who had fills gets them back
        filled = [layer for layer in damage_layers(open_project()) if not shows_outlines(layer)]
        self._outlined_for_comparison = [layer for layer in filled if show_outlines(layer)]
        self.compare.setChecked(True)
        self._show_state()
        self.comparison.start()
        return True

    def end(self) -> None:
        """End the comparison, if there is one."""
        if self.comparison is not None:
            self.comparison.end()

    def _images(self) -> ResultImages:
        project = open_project()
        layers = damage_layers(project)
        active = self._iface.activeLayer()
        shown = [layer for layer in self._iface.mapCanvas().layers() if is_damage_result(layer)]
        chosen = next((layer for layer in (active, *shown, *layers) if layer in layers), None)
        if is_damage_result(chosen):
            return result_images(project, chosen)
        pair = images_of_project(project)
        if pair is None:
            raise ImagesMissingError(
                tr("Open a result first, or two images whose names or dates say which is the pre-event image.")
            )
        return pair

    def _on_compare(self) -> None:
        if self.compare.isChecked():
            self.start()
        else:
            self.end()

    def _on_ended(self) -> None:
        self.comparison = None
        self.compare.setChecked(False)
        layers, self._outlined_for_comparison = self._outlined_for_comparison, []
        for layer in layers:
            show_fills(layer)
        self._show_state()

    def _on_outlines(self) -> None:
        self._outlined_for_comparison.clear()  # from now on it is the user's choice
        layers = damage_layers(open_project())
        show = show_outlines if self.outlines.isChecked() else show_fills
        shown = [show(layer) for layer in layers]
        if not layers:
            self._say(tr("There is no damage layer in this project yet."))
        elif not all(shown):
            self._say(tr("A damage layer has no such style in its file: an earlier version has written it."))
        self._show_state()

    def _on_layers_added(self, added: Iterable[QgsMapLayer]) -> None:
        for layer in added:
            if is_damage_result(layer):
                layer.styleManager().currentStyleChanged.connect(self._show_state)
        self._show_state()

    def _show_state(self, *_: object) -> None:
        """Let the button say how the layers are drawn, whoever has changed that."""
        layers = damage_layers(open_project())
        self.outlines.setChecked(bool(layers) and all(map(shows_outlines, layers)))

    def _forget(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        self._outlined_for_comparison = [it for it in self._outlined_for_comparison if it.id() not in gone]

    def _say(self, text: str) -> None:
        self._iface.messageBar().pushMessage("xView2", literal(text), Qgis.MessageLevel.Warning, _MESSAGE_S)

    def _add(self, toolbar: QToolBar, name: str, picture: str, title: str) -> QAction:
        action: QAction = toolbar.addAction(icon(picture), title)
        action.setObjectName(f"xView2{name}")
        action.setCheckable(True)
        return action
