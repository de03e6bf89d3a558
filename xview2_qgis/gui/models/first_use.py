"""What comes before the first run with a model: its terms, and its download where it is not here."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QProgressDialog, QWidget

from ...available_models import AvailableModel
from ...engine_process.environment import EngineEnvironment
from ...i18n.translation import tr
from ...model_store.refusal import ModelStoreError
from ...model_store.transfer_rate import TransferProgress
from ...model_store.work import ModelOrder, ModelWork, WorkResult
from ...protocol.published_models import published_model
from ..message_button import MessageButton
from ..notice import Notice
from .terms_question import agrees_to_terms
from .work_panel import amount_text

_STEPS = 1000


class FirstUse(QObject):
    """Asks and downloads on behalf of a window.

    Signals:
        ready: the model that was not here has been installed; the run can begin.

    Args:
        notice: the message of the window.
        window: the window; also the Qt parent.
    """

    ready = pyqtSignal()

    def __init__(self, notice: Notice, window: QWidget) -> None:
        super().__init__(window)
        self._notice = notice
        self._window = window
        self._work: ModelWork | None = None
        self._progress: QProgressDialog | None = None

    @property
    def busy(self) -> bool:
        """Whether a model is being downloaded."""
        return self._work is not None

    def allows(self, model: AvailableModel, environment: EngineEnvironment) -> bool:
        """Return whether a run with a model can begin now.

        The user is asked for the terms; for a model that is not here the download begins, and ``ready`` follows.

        Args:
            model: the model.
            environment: where the engine runs.
        """
        if not agrees_to_terms(model, self._window):
            self._notice.show_message(tr("The terms of the model were not agreed to."), Qgis.MessageLevel.Info)
            return False
        published = None if model.here else published_model(model.name)
        if published is None:
            return True
        self._fetch(ModelOrder.fetching(published), environment)
        return False

    def stop(self) -> None:
        """End a download, because the plugin is unloaded."""
        work, self._work = self._work, None
        if work is not None:
            work.stop()
        self._hide_progress()

    def _fetch(self, order: ModelOrder, environment: EngineEnvironment) -> None:
        if self._work is not None:
            return
        self._notice.clear()
        self._work = ModelWork(order, environment, self)
        self._progress = QProgressDialog(self._window)
        self._progress.setWindowTitle(tr("Downloading the model"))
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.setMinimumDuration(0)
        self._progress.setAutoClose(False)
        self._progress.setAutoReset(False)
        self._progress.setRange(0, 0)
        self._progress.canceled.connect(self._work.cancel)
        self._work.stage_changed.connect(self._show_stage)
        self._work.progressed.connect(self._show_progress)
        self._work.ended.connect(lambda result: self._on_ended(result, order, environment))
        try:
            self._work.start()
        except ModelStoreError as error:
            self._on_ended(WorkResult(problem=str(error)), order, environment)

    def _show_stage(self, text: str) -> None:
        if self._progress is not None:
            self._progress.setRange(0, 0)
            self._progress.setLabelText(text)
            self._progress.show()

    def _show_progress(self, progress: TransferProgress) -> None:
        if self._progress is not None:
            self._progress.setLabelText(amount_text(progress))
            if progress.total:
                self._progress.setRange(0, _STEPS)
                self._progress.setValue(round(_STEPS * progress.received / progress.total))

    def _hide_progress(self) -> None:
        progress, self._progress = self._progress, None
        if progress is not None:
            progress.blockSignals(True)
            progress.close()
            progress.deleteLater()

    def _on_ended(self, result: WorkResult, order: ModelOrder, environment: EngineEnvironment) -> None:
        work, self._work = self._work, None
        if work is None:
            return
        self._hide_progress()
        work.deleteLater()
        if result.problem:
            again = MessageButton(tr("&Try again"), lambda: self._fetch(order, environment))
            self._notice.show_message(result.problem, Qgis.MessageLevel.Critical, again)
        elif result.cancelled:
            text = tr("The download was cancelled; the next one goes on where it stopped.")
            self._notice.show_message(text, Qgis.MessageLevel.Info)
        else:
            self.ready.emit()
