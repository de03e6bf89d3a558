"""What a finished run leaves behind in QGIS: layers, the map on them, and a message with the counts."""

from __future__ import annotations

from qgis.core import Qgis, QgsProject, QgsRectangle
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QCoreApplication

from ..assessment_request import AssessmentRequest
from ..assessment_task import AssessmentTask
from ..engine_events import Result
from ..open_results import edited_layers, reload_layers, still_edited
from ..result_layers import add_result, result_extent, result_text
from .messages import Messages
from .notice import Notice
from .progress_panel import ProgressPanel


class RunResult:
    """Shows the result of one run.

    Args:
        iface: the running application.
        notice: the message inside the dialog.
        messages: where the counts are told.
        progress: the panel that followed the run.
    """

    def __init__(self, iface: QgisInterface, notice: Notice, messages: Messages, progress: ProgressPanel) -> None:
        self._iface = iface
        self._notice = notice
        self._messages = messages
        self._progress = progress

    def show(self, task: AssessmentTask, result: Result, project_left: bool) -> None:
        """Show a result.

        Args:
            task: the run.
            result: what it ended with.
            project_left: whether another project is open than the one it was started in.
        """
        text, request = result_text(result), task.request
        self._progress.end(_tr("Finished"), complete=True)
        self._progress.add_line(text)
        if project_left:
            # another project is open now, which has nothing to do with this run
            text += " " + _tr("The project was closed meanwhile; the result is in “{}”.").format(request.output)
            text += self._warned(task)
            level = Qgis.MessageLevel.Warning if task.warnings else Qgis.MessageLevel.Success
            self._messages.tell(text, level, _tr("Add to project"), lambda: self._add(request, result))
            return
        # somebody may have opened the files that were there before, and begun to edit them
        edited = edited_layers(QgsProject.instance(), request.outputs)
        if not self._add(request, result):
            return
        text += self._warned(task)
        if edited:
            text += " " + still_edited(edited)
        self._messages.tell(text, Qgis.MessageLevel.Warning if task.warnings or edited else Qgis.MessageLevel.Success)

    def _warned(self, task: AssessmentTask) -> str:
        """Return what a run warned of, to be put behind a message; empty where it did not."""
        if not task.warnings:
            return ""
        self._progress.open_log()
        return " " + _tr("Warning: {}.").format("; ".join(task.warnings))

    def _add(self, request: AssessmentRequest, result: Result) -> bool:
        """Add a result to the project that is open, and show it; return whether it can be opened."""
        project = QgsProject.instance()
        self._notice.clear()
        reload_layers(project, request.outputs)
        layers = add_result(project, request, result)
        if layers is None:
            self._messages.warn(_tr("The result “{}” cannot be opened.").format(request.output))
            return False
        self._zoom(result_extent(project, layers))
        return True

    def _zoom(self, extent: QgsRectangle) -> None:
        canvas = self._iface.mapCanvas()
        if canvas is not None and not extent.isEmpty():
            canvas.setExtent(extent)
            canvas.refresh()


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunResult", text)
