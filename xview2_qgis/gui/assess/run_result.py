"""What a finished run leaves behind in QGIS: layers, the map on them, and a message with the counts."""

from __future__ import annotations

import os

from qgis.core import Qgis, QgsRasterLayer, QgsRectangle
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QWidget

from ...assessment.request import files_written
from ...assessment.task import AssessmentTask
from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...protocol.events import Result
from ...protocol.options.assessment import AssessmentParameters
from ...results.image_below import bring_below
from ...results.map_themes import add_themes
from ...results.open_results import edited_layers, reload_layers, still_edited
from ...results.result_images import note_images
from ...results.result_layers import add_result, headline_of, result_extent, result_text
from ...review.damage_layer import is_reviewable
from ..message_button import MessageButton
from ..messages import Messages
from .progress_panel import ProgressPanel


class RunResult(QObject):
    """Shows the result of one run.

    Args:
        iface: the running application.
        messages: where the counts are shown.
        progress: the panel that followed the run.
        dialog: the dialog; also the Qt parent.

    Signals:
        review_wanted: a layer of buildings shall be reviewed.
        delivery_wanted: something shall be made of a layer for others.
    """

    review_wanted = pyqtSignal(object)
    delivery_wanted = pyqtSignal(object)

    def __init__(self, iface: QgisInterface, messages: Messages, progress: ProgressPanel, dialog: QWidget) -> None:
        super().__init__(dialog)
        self._iface = iface
        self._messages = messages
        self._progress = progress
        self._dialog = dialog
        self._image_id, self._damage_id = "", ""
        self._view = QgsRectangle()

    def begin(self, post: QgsRasterLayer | None) -> None:
        """Note the map view when a run begins, and the image that belongs below its result, where it is known."""
        self._image_id = "" if post is None else post.id()
        self._view = self._seen()

    def show(self, task: AssessmentTask, result: Result, project_left: bool) -> None:
        """Show a result.

        Args:
            task: the run.
            result: what it ended with.
            project_left: whether another project is open than the one it was started in.
        """
        text, request = result_text(result), task.request
        self._progress.end(tr("Finished"), complete=True)
        self._progress.add_line(text)
        buttons = []
        if request.report and os.path.exists(request.report):
            url = QUrl.fromLocalFile(str(request.report))
            buttons.append(MessageButton(tr("Open report"), lambda: QDesktopServices.openUrl(url)))
        edited: list[str] = []
        if project_left:
            # another project is open now, which has nothing to do with this run
            text += " " + tr("The project was closed meanwhile; the result is in “{}”.").format(request.output)
            buttons.insert(0, MessageButton(tr("Add to project"), lambda: self._add_to_another(request, result)))
        else:
            # the files that were there before may have been opened and edited meanwhile
            edited = edited_layers(open_project(), files_written(request))
            extent = self._add(request, result)
            if extent is None:
                return
            if self._dialog.isVisible() and not self._map_in_use():
                self._zoom(extent)
            elif not extent.isEmpty():
                buttons.insert(0, MessageButton(tr("Zoom to result"), lambda: self._zoom(extent)))
            if result.buildings and self._damage_id:
                damage = self._damage_id
                buttons.append(MessageButton(tr("Review"), lambda: self._review(damage)))
                buttons.append(MessageButton(tr("Deliver"), lambda: self._deliver(damage)))
        self._report(text, task, result, edited, buttons)

    def _report(
        self, text: str, task: AssessmentTask, result: Result, edited: list[str], buttons: list[MessageButton]
    ) -> None:
        headline, level = headline_of(result), Qgis.MessageLevel.Success
        if task.warnings or edited:
            level = Qgis.MessageLevel.Warning
        if task.doubtful or edited:
            headline = tr("Check this result: {}").format(headline)
        if task.warnings:
            text += "\n" + "\n".join(tr("Warning: {}.").format(warning) for warning in task.warnings)
        if edited:
            text += " " + still_edited(edited)
        self._messages.report(text, level, *buttons, headline=headline)

    def _add_to_another(self, request: AssessmentParameters, result: Result) -> None:
        self._messages.withdraw()
        extent = self._add(request, result)
        if extent is not None:
            self._zoom(extent)

    def _add(self, request: AssessmentParameters, result: Result) -> QgsRectangle | None:
        """Add a result to the project that is open; return where it is, None where it cannot be opened."""
        project = open_project()
        reload_layers(project, files_written(request))
        layers = add_result(project, request, result)
        if layers is None:
            self._messages.warn(tr("The result “{}” cannot be opened.").format(request.output))
            return None
        note_images(layers.damage, request.pre.path if request.pre else "", request.post.path)
        bring_below(project, layers.group, self._image_id)
        add_themes(project, layers.damage)
        self._damage_id = layers.damage.id() if is_reviewable(layers.damage) else ""
        return result_extent(project, layers)

    def _review(self, layer_id: str) -> None:
        layer = open_project().mapLayer(layer_id)
        if layer is not None:  # it may have been removed since
            self.review_wanted.emit(layer)

    def _deliver(self, layer_id: str) -> None:
        layer = open_project().mapLayer(layer_id)
        if layer is not None:
            self._iface.setActiveLayer(layer)
            self.delivery_wanted.emit(layer)

    def _map_in_use(self) -> bool:
        """Return whether the view has moved meanwhile, or somebody edits: then it stays where it is."""
        return self._seen() != self._view or any(layer.isEditable() for layer in open_project().mapLayers().values())

    def _seen(self) -> QgsRectangle:
        canvas = self._iface.mapCanvas()
        return QgsRectangle() if canvas is None else canvas.extent()

    def _zoom(self, extent: QgsRectangle) -> None:
        canvas = self._iface.mapCanvas()
        if canvas is not None and not extent.isEmpty():
            canvas.setExtent(extent)
            canvas.refresh()
