"""The dialog: choose two images, press Run, get a damage layer."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qgis.core import Qgis, QgsRasterLayer
from qgis.gui import QgisInterface, QgsGui
from qgis.PyQt.QtGui import QGuiApplication, QIcon, QShowEvent
from qgis.PyQt.QtWidgets import (
    QDialogButtonBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...assessment.progress import RunProgress
from ...assessment.refusal import output_refusal
from ...assessment.request import files_written, under_free_names
from ...assessment.task import AssessmentTask
from ...assessment.unfinished import FOLDER_PREFIX, kept_folder, kept_words, resumed_request, with_reviews_kept
from ...engine_process.environment import EngineEnvironment, find_engine
from ...engine_process.outcome import INTERPRETER_CODES, Failure, Outcome
from ...i18n.translation import tr
from ...layers.open_project import open_project
from ...layers.source_files import layer_of_file
from ...layers.unusable_layer import UnusableLayerError
from ...protocol.journal.unfinished_run import UnfinishedRun
from ...protocol.options.assessment import AssessmentParameters
from ..form_scroll import FormScroll
from ..image_files import ImageFiles
from ..message_button import MessageButton
from ..messages import Messages
from ..models.first_use import FirstUse
from ..notice import Notice
from ..plugin_window import PluginWindow
from .form import AssessForm
from .progress_panel import ProgressPanel
from .replace_question import Answer, ReplaceQuestion, reviewed_in
from .resume_offer import ResumeOffer
from .run_result import RunResult

_USUAL_WIDTH, _USUAL_HEIGHT = 600, 720  # pixels
_SHARE_OF_SCREEN = 0.85  # the frame and title of the window come on top


class AssessDialog(PluginWindow):
    """Non-modal; closing it hides it, a run in progress goes on and stays visible in QGIS's task list.

    Args:
        iface: the running application.
        parent: Qt parent.
        engine: finds the engine; raises ``EngineMissingError``.
    """

    HANDBOOK_PAGE = "assess"

    def __init__(
        self,
        iface: QgisInterface,
        parent: QWidget | None = None,
        engine: Callable[[], EngineEnvironment] = find_engine,
    ) -> None:
        super().__init__(parent)
        self.task: AssessmentTask | None = None
        self._project_left = False
        self._leaves_at_end = False  # a run that another window has asked for ends with the map in sight
        self.setObjectName("xView2AssessDialog")
        self.setWindowTitle(tr("Assess building damage"))
        self.notice = Notice(self)
        self.form = AssessForm(iface.mapCanvas(), engine, self)
        # the choices, for tests and scripts
        self.pre, self.post, self.model = self.form.pre, self.form.post, self.form.model
        self.area, self.footprints, self.outputs = self.form.area, self.form.footprints, self.form.outputs
        self.advanced, self.engine = self.form.advanced, self.form.advanced.engine
        self.progress = ProgressPanel(self)
        self.offer = ResumeOffer(self)
        self._make_buttons()
        self._messages = Messages(iface, self.notice, self)
        self._result = RunResult(iface, self._messages, self.progress, self)
        self._first_use = FirstUse(self.notice, self)
        self._lay_out()
        self._connect()
        self.form.choose_first_layers()
        self._show_running(False)

    # the window

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(self)
        self.run_button: QPushButton = self.buttons.addButton(tr("&Run"), QDialogButtonBox.ButtonRole.ActionRole)
        self.run_button.setDefault(True)
        self.cancel_button: QPushButton = self.buttons.addButton(
            tr("&Cancel run"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.close_button: QPushButton = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.add_help_button(self.buttons)
        self._cross = self.close_button.icon()
        for button in (self.cancel_button, self.close_button):
            button.setAutoDefault(False)  # Enter starts a run, it neither ends nor hides one

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addWidget(FormScroll(self.form, self), 1)
        layout.addWidget(self.offer)
        layout.addWidget(self.progress)
        layout.addWidget(self.buttons)
        self._fit_screen()

    def _fit_screen(self) -> None:
        """Begin with a size that a small or enlarged screen can show; later the window comes back as it was left."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        wanted, highest = self.sizeHint(), int(room.height() * _SHARE_OF_SCREEN)
        self.resize(min(max(_USUAL_WIDTH, wanted.width()), room.width()), min(_USUAL_HEIGHT, highest))
        QgsGui.enableAutoGeometryRestore(self)

    def _connect(self) -> None:
        warn = self._messages.warn
        self.run_button.clicked.connect(self._run_by_hand)
        self.offer.resume_wanted.connect(self.resume)
        self.offer.anew_wanted.connect(self._run_by_hand)
        self.outputs.geopackage.fileChanged.connect(self._look_for_unfinished)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.close)
        open_project().cleared.connect(self._on_project_cleared)
        open_project().readProject.connect(self.form.event_choice.recall)
        self.form.event_choice.refused.connect(warn)
        self.form.images.rejected.connect(lambda path: warn(tr("“{}” cannot be opened as a raster.").format(path)))
        self.engine.refused.connect(self._offer_engine)
        self.engine.settings_wanted.connect(self._show_engine)
        self.model.models_wanted.connect(lambda: self.window_wanted.emit("Models", None))
        self._result.review_wanted.connect(lambda layer: self.window_wanted.emit("Review", layer))
        self._result.delivery_wanted.connect(lambda layer: self.window_wanted.emit("Deliver", layer))
        self._first_use.ready.connect(self._on_model_ready)
        self.model.rejected.connect(lambda path: warn(tr("“{}” is not a model bundle.").format(path)))

    # the run

    def carry_out(self, order: object) -> None:
        """Assess two files, which another window has asked for, and show the result; or go on with a run."""
        if isinstance(order, UnfinishedRun):
            self.resume(order)
        if not isinstance(order, ImageFiles) or self.task is not None:
            return
        self.form.images.open_files(order)
        self.form.suggest_outputs()
        self._leaves_at_end = True
        self.run()

    def request(self, folder: Path) -> AssessmentParameters:
        """Return what the widgets ask for.

        Args:
            folder: where temporary files of the request may be written.

        Raises:
            UnusableLayerError: something is missing or cannot be used; the text says what.
        """
        return self.form.with_polygons(self.form.choices_made(), folder)

    def run(self) -> None:
        """Start the assessment; returns at once."""
        if self.task is not None:
            return
        self.notice.clear()
        environment = self.engine.current()
        if environment is None or not self._first_use.allows(self.model.model(), environment):
            return
        task = self._new_task(environment)
        if task is not None:
            self._begin(task, self.form.pair()[1])

    def resume(self, run: UnfinishedRun) -> None:
        """Go on with an unfinished run, whatever the widgets ask for; returns at once."""
        if self.task is not None:
            return
        self.notice.clear()
        environment = self.engine.current()
        if environment is None:
            return
        request = resumed_request(run)
        if request is None:  # a source holds a password, which no journal keeps: the choices have to be the same
            task = self._new_task(environment, resume=True)
            if task is not None:
                self._begin(task, self.form.pair()[1])
            return
        refusal = output_refusal(request, (), open_project())
        if refusal is not None:
            self._messages.warn(refusal)
            return
        self.outputs.show_paths(request.output, request.damage_raster, request.report)
        self._leaves_at_end = False
        kept = with_reviews_kept(request, reviewed_in(str(request.output)))
        task = AssessmentTask(kept, environment, kept_folder(request), self)
        self._begin(task, layer_of_file(open_project(), request.post.path))
        if kept != request:
            told = tr("The reviews in “{}” are carried over to the new result.").format(request.output.name)
            self.notice.show_message(told, Qgis.MessageLevel.Info)

    def _begin(self, task: AssessmentTask, post: QgsRasterLayer | None) -> None:
        """Start a task whose result belongs above an image."""
        self.task = task
        self.offer.clear()
        self.task.progressed.connect(self._on_progress)
        self.task.logged.connect(self.progress.add_line)
        self.task.cancelling.connect(self._on_cancelling)
        self.task.finished.connect(self._on_finished)
        self._project_left = False
        self._messages.withdraw()
        self._result.begin(post)
        self._show_running(True)
        self.progress.begin()
        self.task.start()

    def _run_by_hand(self) -> None:
        """Start a run of the user's own, after which the window stays where it is."""
        self._leaves_at_end = False
        self.run()

    def _new_task(self, environment: EngineEnvironment, *, resume: bool = False) -> AssessmentTask | None:
        """Return a task for what the widgets ask for; None where that is refused, and then its folder is gone."""
        folder, task = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX)), None
        try:
            request = self._agreed(self.form.choices_made())
            if request is not None:
                request = replace(request, resume=resume)
                task = AssessmentTask(self.form.with_polygons(request, folder), environment, folder, self)
        except UnusableLayerError as error:
            self._messages.warn(str(error))
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
        self._first_use.stop()
        self.form.pair_check.stop()
        task, self.task = self.task, None
        if task is not None:
            # there is no window left in which a result could be shown
            task.finished.disconnect(self._on_finished)
            task.stop()

    def _agreed(self, request: AssessmentParameters) -> AssessmentParameters | None:
        """Return the request with the names the user agrees to; None where nothing can or shall be written."""
        refusal = output_refusal(request, self.form.input_layers(), open_project())
        if refusal is not None:
            self._messages.warn(refusal)
            return None
        existing = [path for path in files_written(request) if os.path.exists(path)]
        if not existing:
            return request
        reviewed = reviewed_in(str(request.output))
        answer = self._ask_about(existing, reviewed)
        if answer is Answer.RENAME:
            request = under_free_names(request)
            self.outputs.show_paths(request.output, request.damage_raster, request.report)
            return request
        if answer is Answer.KEEP:
            return replace(request, overwrite=True, keep_reviews=True)
        agreed = replace(request, overwrite=True, discard_reviews=bool(reviewed))
        return agreed if answer is Answer.REPLACE else None

    def _ask_about(self, existing: list[str], reviewed: int | None) -> Answer:
        return ReplaceQuestion(existing, reviewed, self).answer()

    def _on_model_ready(self) -> None:
        """Go on with the run that the model was downloaded for."""
        self.model.refresh()
        self.run()

    # progress and end of the run

    def _on_progress(self, progress: RunProgress) -> None:
        # after the wish to cancel, the tile in work still reports
        if self.cancel_button.isEnabled():
            self.progress.show_progress(progress)

    def _look_for_unfinished(self, *_: object) -> None:
        """Offer to go on with an unfinished run of the file that is named, or of the last one."""
        if self.task is None:
            self.offer.look(self.outputs.paths()[0])

    def _on_cancelling(self) -> None:
        self.cancel_button.setEnabled(False)
        self.progress.show_cancelling()

    def _on_project_cleared(self) -> None:
        self._project_left = True
        self.form.forget()
        self._messages.withdraw()
        if self.task is None:
            self._forget_run()
            if self.isVisible():
                self.engine.current()

    def _forget_run(self) -> None:
        self.progress.reset()
        self._show_running(False)

    def _on_finished(self, outcome: Outcome) -> None:
        task, self.task = self.task, None
        leaves, self._leaves_at_end = self._leaves_at_end, False
        if task is None:
            return
        self._show_running(False)
        if outcome.failure is not None:
            self._show_failure(outcome.failure, task.unfinished)
        elif outcome.result is not None:
            self._result.show(task, outcome.result, self._project_left)
            self.form.suggest_outputs()
            if leaves:
                self.close()
        else:
            self.progress.end(tr("Cancelled"), complete=False)
            text = tr("The assessment was cancelled; nothing was written.")
            if task.unfinished is not None:
                text = f"{tr('The assessment was cancelled.')} {kept_words(task.unfinished)}"
            self._messages.report(text, Qgis.MessageLevel.Info, *self._resume_buttons(task.unfinished))
        self._look_for_unfinished()
        task.deleteLater()

    def _resume_buttons(self, run: UnfinishedRun | None) -> list[MessageButton]:
        return [] if run is None else [MessageButton(tr("Resume"), lambda: self.resume(run))]

    def _show_failure(self, failure: Failure, unfinished: UnfinishedRun | None) -> None:
        self.progress.end(tr("Failed"), complete=False)
        text = failure.text if unfinished is None else f"{failure.text} {kept_words(unfinished)}"
        self.progress.add_line(text)
        if failure.details:
            self.progress.add_line(tr("Last lines of the engine:") + "\n" + failure.details)
        if failure.code == "crash" or failure.code in INTERPRETER_CODES:
            self.progress.open_log()
        self._messages.report(text, Qgis.MessageLevel.Critical, *self._resume_buttons(unfinished))
        if failure.code in INTERPRETER_CODES:
            self._offer_engine(text, Qgis.MessageLevel.Critical)

    def _offer_engine(self, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Warning) -> None:
        self.notice.show_message(text, level, MessageButton(tr("Engine settings…"), self._show_engine))

    def _show_engine(self) -> None:
        self.window_wanted.emit("Engine", None)

    def _show_running(self, running: bool) -> None:
        self.form.setEnabled(not running)
        self.run_button.setVisible(not running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.close_button.setText(tr("Continue in &background") if running else tr("&Close"))
        # the cross of the theme would look as if the run ended
        self.close_button.setIcon(QIcon() if running else self._cross)
        if running:
            self.progress.setVisible(True)
            # not to the button that takes the place of Run: a key pressed twice would hide the window
            self.progress.setFocus()
        elif not self.progress.stage.text():
            self.progress.setVisible(False)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Guess the pair again where images came after the dialog was made."""
        super().showEvent(event)
        if event.spontaneous():  # a window that comes back from the task bar
            return
        self.model.refresh()
        if self.task is not None:
            return
        self.engine.current()  # a missing engine is reported before the form is filled in
        if self.pre.layer() is None and self.post.layer() is None:
            self.form.choose_first_layers()
        self.form.check_pair()
        self._look_for_unfinished()

    def reject(self) -> None:
        """Hide the dialog (Escape, the close button); a run goes on."""
        if self.task is not None:
            self._messages.mention(tr("The assessment continues in the background; see the status bar."))
        else:
            self.notice.clear_good_news()
            self._forget_run()
        self.form.pair_check.give_up()
        super().reject()
