"""The dialog: choose two images, press Run, get a damage layer."""

from __future__ import annotations

import html
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qgis.core import Qgis, QgsMapLayer, QgsMapLayerProxyModel, QgsProject, QgsRasterLayer
from qgis.gui import QgisInterface, QgsCollapsibleGroupBox, QgsGui
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QGuiApplication, QShowEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QGroupBox,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..assessment_request import DEVICES, PRECISIONS, TEST_TIME_AUGMENTATIONS, AssessmentRequest
from ..assessment_task import AssessmentTask
from ..engine_environment import EngineEnvironment, find_engine
from ..engine_events import Result
from ..engine_process import INTERPRETER_CODES, Failure, Outcome
from ..image_overlap import image_overlap
from ..layer_sources import corrected_crs, raster_source, vector_source
from ..open_results import edited_layers, reload_layers, still_edited
from ..output_refusal import output_refusal
from ..result_layers import add_result, result_extent, result_text
from ..run_progress import RunProgress
from ..source_files import layer_file
from ..unusable_layer import UnusableLayerError
from .area_choice import AreaChoice
from .engine_choice import EngineChoice
from .layer_choice import LayerChoice
from .model_choice import ModelChoice
from .notice import Notice
from .output_choice import OutputChoice
from .progress_panel import ProgressPanel
from .raster_choice import RasterChoice
from .wheel_guard import WheelGuard

_AFTER_QGIS_MS = 300
_SHARE_OF_SCREEN = 0.85  # the frame and title of the window come on top


class AssessDialog(QDialog):
    """Non-modal; closing it hides it, a run in progress goes on and stays visible in QGIS's task list.

    Args:
        iface: the running application.
        parent: Qt parent.
        engine: finds the engine; raises ``EngineMissingError``.
    """

    def __init__(
        self,
        iface: QgisInterface,
        parent: QWidget | None = None,
        engine: Callable[[], EngineEnvironment] = find_engine,
    ) -> None:
        super().__init__(parent)
        self._iface = iface
        self.task: AssessmentTask | None = None
        self._project_left = False
        self.setObjectName("xView2AssessDialog")
        self.setWindowTitle(self.tr("Assess building damage"))
        self._make_widgets(engine)
        self._lay_out()
        self._connect()
        self._choose_first_layers()
        self._show_running(False)
        self.engine.current()  # who has none is told before filling in the form

    # the window

    def _make_widgets(self, engine: Callable[[], EngineEnvironment]) -> None:
        self.notice = Notice(self)
        self.pre = RasterChoice(self.tr("Image from before the event"), self)
        self.post = RasterChoice(self.tr("Image from after the event"), self)
        self.model = ModelChoice(self)
        self.area = AreaChoice(self._iface.mapCanvas(), self)
        self.footprints = LayerChoice(self.tr("None: the model finds the buildings"), self)
        self.footprints.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.footprints.setToolTip(
            self.tr("Known buildings are rated as they are; the model adds those it finds beside them")
        )
        # its own idea of a width is that of the first entry, which does not exist yet
        self.footprints.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.outputs = OutputChoice(self)
        self.advanced = QgsCollapsibleGroupBox(self.tr("Advanced"), self)
        self.device = self._choices(DEVICES, self.tr("Automatic: a graphics card that works, else the CPU"))
        self.precision = self._choices(PRECISIONS, self.tr("Automatic"))
        self.views = self._choices(TEST_TIME_AUGMENTATIONS, "")
        self.registration = QCheckBox(self.tr("Correct a shift between the two images"), self)
        self.registration.setChecked(True)
        self.registration.setToolTip(
            self.tr("Shifts of 6 to 16 m are corrected; the models know shorter ones, and longer ones are not found.")
        )
        self.engine = EngineChoice(engine, self)
        self.progress = ProgressPanel(self)
        self.buttons = QDialogButtonBox(self)
        self.run_button: QPushButton = self.buttons.addButton(self.tr("Run"), QDialogButtonBox.ButtonRole.ActionRole)
        self.run_button.setDefault(True)
        self.cancel_button: QPushButton = self.buttons.addButton(
            self.tr("Cancel run"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.close_button: QPushButton = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        for button in (self.cancel_button, self.close_button):
            button.setAutoDefault(False)  # Enter starts a run, it neither ends nor hides one

    def _choices(self, names: tuple[str, ...], automatic: str) -> QComboBox:
        titles = {
            "auto": automatic,
            "cpu": "CPU",
            "cuda": "NVIDIA CUDA",
            "tensorrt": "NVIDIA TensorRT",
            "directml": "DirectML (Windows)",
            "coreml": "CoreML (macOS)",
            "fp32": self.tr("32 bit (fp32)"),
            "fp16": self.tr("16 bit (fp16)"),
            "model": self.tr("As the model says"),
            "none": self.tr("The images alone (fastest)"),
            "mirror": self.tr("And mirrored: twice the time, a little better"),
            "flips": self.tr("Four ways round: four times the time"),
        }
        combo = QComboBox(self)
        for name in names:
            combo.addItem(titles.get(name, name), name)
        return combo

    def _lay_out(self) -> None:
        self._form = QWidget(self)
        column = QVBoxLayout(self._form)
        column.addWidget(
            self._group(
                self.tr("Images"),
                (self.tr("Before"), self.pre),
                (self.tr("After"), self.post),
                (self.tr("Model"), self.model),
            )
        )
        area = QGroupBox(self.tr("Area"), self)
        QVBoxLayout(area).addWidget(self.area)
        column.addWidget(area)
        column.addWidget(self._group(self.tr("Buildings"), (self.tr("Footprints"), self.footprints)))
        outputs = QGroupBox(self.tr("Outputs"), self)
        QVBoxLayout(outputs).addWidget(self.outputs)
        column.addWidget(outputs)
        form = QFormLayout(self.advanced)
        form.addRow(self.tr("Device"), self.device)
        form.addRow(self.tr("Precision"), self.precision)
        form.addRow(self.tr("Look at"), self.views)
        form.addRow("", self.registration)
        form.addRow(self.tr("Engine"), self.engine)
        self.advanced.setCollapsed(True)
        column.addWidget(self.advanced)
        column.addStretch(1)

        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._form)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.buttons)
        WheelGuard(self._form)
        self._fit_screen()

    def _fit_screen(self) -> None:
        """Begin with a size that a small or enlarged screen can show; later the window comes back as it was left."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(600, room.width()), min(720, int(room.height() * _SHARE_OF_SCREEN)))
        QgsGui.enableAutoGeometryRestore(self)

    def _group(self, title: str, *rows: tuple[str, QWidget]) -> QGroupBox:
        group = QGroupBox(title, self)
        form = QFormLayout(group)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for label, widget in rows:
            form.addRow(label, widget)
        return group

    def _connect(self) -> None:
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.close)
        self.pre.changed.connect(self._suggest_outputs)
        QgsProject.instance().cleared.connect(self._on_project_cleared)
        for choice in (self.pre, self.post):
            choice.rejected.connect(lambda path: self._warn(self.tr("“{}” is no image that GDAL opens.").format(path)))
        self.engine.refused.connect(self._offer_engine)
        self.engine.trying.connect(self._on_engine_trial)
        self.engine.chosen.connect(self._on_engine_chosen)
        self.model.rejected.connect(lambda path: self._warn(self.tr("“{}” is no model bundle.").format(path)))

    def _choose_first_layers(self) -> None:
        """Guess the pair when the project holds exactly two images: the order of names is mostly that of time."""
        layers = [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsRasterLayer)]
        files = sorted((layer for layer in layers if layer.providerType() == "gdal"), key=lambda layer: layer.name())
        if len(files) == 2:
            pre, post = files
            # "post" sorts before "pre", unlike dates and "after"/"before"
            first, second = pre.name().lower(), post.name().lower()
            if ("post" in first and "pre" in second) or ("after" in first and "before" in second):
                pre, post = post, pre
            self.pre.set_layer(pre)
            self.post.set_layer(post)
        self._suggest_outputs()

    def _suggest_outputs(self) -> None:
        layer = self.pre.layer()
        self.outputs.suggest(layer_file(layer) if layer is not None else "")

    # the run

    def request(self, folder: Path) -> AssessmentRequest:
        """Return what the widgets ask for.

        Args:
            folder: where temporary files of the request may be written.

        Raises:
            UnusableLayerError: something is missing or cannot be used; the text says what.
        """
        return self._with_polygons(self._choices_made(), folder)

    def _choices_made(self) -> AssessmentRequest:
        """Return what the widgets ask for, but for the polygons of area and footprints, which may take a while.

        Raises:
            UnusableLayerError: something is missing or cannot be used; the text says what.
        """
        pre, post = self.pre.layer(), self.post.layer()
        if pre is None or post is None:
            raise UnusableLayerError(self.tr("Choose the image from before and the image from after the event."))
        if pre.id() == post.id():
            raise UnusableLayerError(self.tr("Both images are the same layer; choose two different ones."))
        sources = raster_source(pre), raster_source(post)
        if sources[0] == sources[1]:
            raise UnusableLayerError(self.tr("Both layers show the same file; choose two different images."))
        geopackage, damage_raster, report = self.outputs.paths()
        if not geopackage or damage_raster == "" or report == "":
            raise UnusableLayerError(self.tr("Name the files to write."))
        return AssessmentRequest(
            pre=sources[0],
            post=sources[1],
            pre_crs=corrected_crs(pre),
            post_crs=corrected_crs(post),
            output=geopackage,
            model=self.model.model().name,
            damage_raster=damage_raster,
            report=report,
            device=self.device.currentData(),
            precision=self.precision.currentData(),
            tta=self.views.currentData(),
            register="auto" if self.registration.isChecked() else "off",
            overwrite=any(os.path.exists(path) for path in (geopackage, damage_raster, report) if path),
        )

    def _with_polygons(self, request: AssessmentRequest, folder: Path) -> AssessmentRequest:
        """Return a request with area and footprints; errors as of :meth:`request`."""
        images = self.pre.layer(), self.post.layer()
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            return replace(
                request, aoi=self.area.source(folder, images), footprints=self._footprints_source(images, folder)
            )
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _footprints_source(self, images: tuple[QgsRasterLayer, ...], folder: Path) -> str | None:
        layer = self.footprints.currentLayer()
        if layer is None:
            return None
        within = image_overlap(images, layer.crs(), QgsProject.instance().transformContext())
        return vector_source(layer, folder, "footprints", with_ids=True, within=within)

    def _input_layers(self) -> list[QgsMapLayer]:
        chosen = (self.pre.layer(), self.post.layer(), self.area.chosen_layer(), self.footprints.currentLayer())
        return [layer for layer in chosen if layer is not None]

    def run(self) -> None:
        """Start the assessment; returns at once."""
        if self.task is not None or self.engine.busy:
            return
        self.notice.clear()
        environment = self.engine.current()
        if environment is None:
            return
        self.task = self._new_task(environment)
        if self.task is None:
            return
        self.task.progressed.connect(self._on_progress)
        self.task.logged.connect(self.progress.add_line)
        self.task.cancelling.connect(self._on_cancelling)
        self.task.finished.connect(self._on_finished)
        self._project_left = False
        self._show_running(True)
        self.progress.begin()
        self.task.start()

    def _new_task(self, environment: EngineEnvironment) -> AssessmentTask | None:
        """Return a task for what the widgets ask for; None where that is refused, and then its folder is gone."""
        folder, task = Path(tempfile.mkdtemp(prefix="xview2_")), None
        try:
            request = self._choices_made()
            if self._may_write(request):
                task = AssessmentTask(self._with_polygons(request, folder), environment, folder, self)
        except UnusableLayerError as error:
            self._warn(str(error))
        finally:
            if task is None:
                shutil.rmtree(folder, ignore_errors=True)
        return task

    def cancel(self) -> None:
        """Stop the run; the dialog stays."""
        if self.task is not None:
            self.task.cancel()

    def shut_down(self) -> None:
        """End a run within seconds, because the plugin is unloaded."""
        self.engine.stop()
        task, self.task = self.task, None
        if task is not None:
            # there is no window left in which a result could be shown
            task.finished.disconnect(self._on_finished)
            task.stop()

    def _may_write(self, request: AssessmentRequest) -> bool:
        """Return whether the outputs can be written; asks before files are replaced."""
        refusal = output_refusal(request, self._input_layers(), QgsProject.instance())
        if refusal is not None:
            self._warn(refusal)
            return False
        existing = [path for path in request.outputs if os.path.exists(path)]
        return not existing or self._confirm(existing)

    def _confirm(self, existing: list[str]) -> bool:
        answer = QMessageBox.question(
            self,
            self.tr("Replace files?"),
            self.tr("These files exist and will be replaced:") + "\n\n" + "\n".join(existing),
        )
        return answer == QMessageBox.StandardButton.Yes

    # what the run tells

    def _on_progress(self, progress: RunProgress) -> None:
        # after the wish to cancel, the tile in work still reports
        if self.cancel_button.isEnabled():
            self.progress.show_progress(progress)

    def _on_cancelling(self) -> None:
        self.cancel_button.setEnabled(False)
        self.progress.show_cancelling()

    def _on_project_cleared(self) -> None:
        self._project_left = True

    def _on_finished(self, outcome: Outcome) -> None:
        task, self.task = self.task, None
        if task is None:
            return
        self._show_running(False)
        if outcome.failure is not None:
            self._show_failure(outcome.failure)
        elif outcome.result is not None:
            self._show_result(task, outcome.result)
            self._suggest_outputs()
        else:
            self.progress.end(self.tr("Cancelled"), complete=False)
            self._tell(self.tr("The assessment was cancelled; nothing was written."), Qgis.MessageLevel.Info)
        task.deleteLater()

    def _show_result(self, task: AssessmentTask, result: Result) -> None:
        text, request = result_text(result), task.request
        self.progress.end(self.tr("Finished"), complete=True)
        self.progress.add_line(text)
        if self._project_left:
            # another project is open now, which has nothing to do with this run
            text += " " + self.tr("The project was closed meanwhile; the result is in “{}”.").format(request.output)
            text += self._warned(task)
            level = Qgis.MessageLevel.Warning if task.warnings else Qgis.MessageLevel.Success
            self._tell(text, level, self.tr("Add to project"), lambda: self._add(request, result))
            return
        # somebody may have opened the files that were there before, and begun to edit them
        edited = edited_layers(QgsProject.instance(), request.outputs)
        if not self._add(request, result):
            return
        text += self._warned(task)
        if edited:
            text += " " + still_edited(edited)
        self._tell(text, Qgis.MessageLevel.Warning if task.warnings or edited else Qgis.MessageLevel.Success)

    def _warned(self, task: AssessmentTask) -> str:
        """Return what a run warned of, to be put behind a message; empty where it did not."""
        if not task.warnings:
            return ""
        self.progress.open_log()
        return " " + self.tr("Warning: {}.").format("; ".join(task.warnings))

    def _add(self, request: AssessmentRequest, result: Result) -> bool:
        """Add a result to the project that is open, and show it; return whether it can be opened."""
        project = QgsProject.instance()
        self.notice.clear()
        reload_layers(project, request.outputs)
        layers = add_result(project, request, result)
        if layers is None:
            self._warn(self.tr("The result “{}” cannot be opened.").format(request.output))
            return False
        self._zoom(result_extent(project, layers))
        return True

    def _show_failure(self, failure: Failure) -> None:
        self.progress.end(self.tr("Failed"), complete=False)
        text = failure.text
        self.progress.add_line(text)
        if failure.details:
            self.progress.add_line(self.tr("Last lines of the engine:") + "\n" + failure.details)
        if failure.code == "crash" or failure.code in INTERPRETER_CODES:
            self.progress.open_log()
        self._tell(text, Qgis.MessageLevel.Critical)
        if failure.code in INTERPRETER_CODES:
            self._offer_engine(text, Qgis.MessageLevel.Critical)

    def _zoom(self, extent) -> None:  # noqa: ANN001 - QgsRectangle
        canvas = self._iface.mapCanvas()
        if canvas is not None and not extent.isEmpty():
            canvas.setExtent(extent)
            canvas.refresh()

    def _tell(
        self, text: str, level: Qgis.MessageLevel, button: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show a message in the dialog, or in the main window when the dialog is closed or the message is no failure.

        A button of the message is in the dialog, also when that is opened later.
        """
        if self.isVisible() or button:
            self.notice.show_message(text, level, button, action)
        if not self.isVisible() or level in (Qgis.MessageLevel.Success, Qgis.MessageLevel.Warning):
            # QGIS's own message that a task has ended comes a moment later, and would hide the counts;
            # the timer belongs to the dialog and does not outlive it
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self._iface.messageBar().pushMessage("xView2", html.escape(text), level, 0))
            timer.timeout.connect(timer.deleteLater)
            timer.start(_AFTER_QGIS_MS)

    def _warn(self, text: str) -> None:
        self.notice.show_message(text, Qgis.MessageLevel.Warning)

    def _offer_engine(self, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Warning) -> None:
        self.run_button.setEnabled(True)
        self.notice.show_message(text, level, self.tr("Choose…"), self.engine.ask)

    def _on_engine_trial(self, interpreter: str) -> None:
        self.run_button.setEnabled(False)
        self.notice.show_message(self.tr("Trying “{}”…").format(interpreter), Qgis.MessageLevel.Info)

    def _on_engine_chosen(self, interpreter: str) -> None:
        self.run_button.setEnabled(True)
        text = self.tr("The engine will run with “{}”.").format(interpreter)
        self.notice.show_message(text, Qgis.MessageLevel.Success)

    def _show_running(self, running: bool) -> None:
        self._form.setEnabled(not running)
        self.run_button.setVisible(not running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.close_button.setText(self.tr("Continue in background") if running else self.tr("Close"))
        if running:
            self.progress.setVisible(True)
            # not to the button that takes the place of Run: whoever presses the key twice would hide the window
            self.progress.setFocus()
        elif not self.progress.stage.text():
            self.progress.setVisible(False)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Guess the pair again where images came after the dialog was made."""
        super().showEvent(event)
        if event.spontaneous():  # a window that comes back from the task bar
            return
        self.model.refresh()
        if self.task is None and self.pre.layer() is None and self.post.layer() is None:
            self._choose_first_layers()

    def reject(self) -> None:
        """Hide the dialog (Escape, the close button); a run goes on."""
        if self.task is not None:
            self._iface.messageBar().pushMessage(
                "xView2",
                self.tr("The assessment goes on in the background; its progress is in the status bar."),
                Qgis.MessageLevel.Info,
                8,
            )
        super().reject()
