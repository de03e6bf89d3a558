"""The page of the engine: in a window of its own on first use, and among QGIS's options."""

from __future__ import annotations

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import QApplication, QLabel, QMessageBox, QVBoxLayout, QWidget

from ...engine_process.environment import SETTING
from ...i18n.translation import tr
from ...installation.outcome import InstallationError, InstallationOutcome
from ...installation.plan import InstallationPlan
from ...installation.state import EngineState, installed_engine
from ..message_button import MessageButton
from ..notice import Notice
from .existing_environment import ExistingEnvironment
from .installed_view import InstalledView
from .log_view import LogView
from .setup.setup_view import SetupView
from .state_words import needs_installation, state_headline
from .trial import EngineTrial
from .work import EngineWork
from .work_view import WorkView


class EnginePage(QWidget):
    """State of the engine, what can be done about it, and work under way. Several pages may show the same work.

    Signals:
        engine_changed: another engine is used now, or the same one in another state.

    Args:
        work: what is done to the engine.
        parent: Qt parent.
    """

    engine_changed = pyqtSignal()

    def __init__(self, work: EngineWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.notice = Notice(self)
        self.headline = self._text()
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.explanation = self._text()
        self.installed_view = InstalledView(self)
        self.setup_view = SetupView(self)
        self.work_view = WorkView(work, self)
        self.log_view = LogView(work, self)
        self.existing = ExistingEnvironment(self)
        self.trial = EngineTrial(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.notice, self.headline, self.explanation, self.installed_view, self.setup_view):
            layout.addWidget(widget)
        layout.addWidget(self.work_view)
        layout.addWidget(self.log_view, 1)
        self._connect()
        self.refresh()

    def _text(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _connect(self) -> None:
        setup, installed = self.setup_view, self.installed_view
        setup.install_wanted.connect(self._install)
        setup.refused.connect(self._on_plan_refused)
        setup.planned.connect(self._on_planned)
        setup.chosen.connect(self.notice.clear)
        setup.existing_wanted.connect(self.existing.ask)
        installed.test_wanted.connect(self._test)
        installed.repair_wanted.connect(self._repair)
        installed.remove_wanted.connect(self._ask_to_remove)
        installed.diagnostics_wanted.connect(self._diagnose)
        installed.existing_wanted.connect(self.existing.ask)
        installed.own_wanted.connect(self._use_own)
        self.existing.trying.connect(self._on_trying)
        self.existing.chosen.connect(self._on_chosen)
        self.existing.refused.connect(self._on_refused)
        self.trial.answered.connect(self.work.note)
        self.trial.passed.connect(self._on_passed)
        self.trial.failed.connect(self._on_failed)
        self.trial.diagnosed.connect(self._on_diagnosed)
        self.work.changed.connect(self.refresh)
        self.work.ended.connect(self._on_ended)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Show how things are now; what ended badly while nobody looked is said."""
        super().showEvent(event)
        if event.spontaneous():  # a window that comes back from the task bar
            return
        self.refresh()
        outcome = self.work.outcome
        if outcome is not None and not outcome.succeeded and not self.work.busy:
            self._show_outcome(outcome)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - name is Qt's
        """End trials, whose answer nobody would see; an installation goes on."""
        if not event.spontaneous():
            self.stop_trials()
        super().hideEvent(event)

    def stop_trials(self) -> None:
        """End trials without an answer."""
        if self.existing.busy or self.trial.busy:
            self.notice.clear()
        self.existing.stop()
        self.trial.stop()

    def refresh(self) -> None:
        """Show the state of the engine, or the work under way."""
        engine, busy = installed_engine(), self.work.busy
        wanted = needs_installation(engine)
        self.headline.setText(self._working_headline() if busy else state_headline(engine))
        self.explanation.setText("" if busy else engine.detail)
        self.explanation.setVisible(bool(self.explanation.text()))
        self.installed_view.show_engine(engine)
        self.installed_view.setVisible(not busy and engine.state is not EngineState.ABSENT)
        self.setup_view.setVisible(not busy and wanted)
        self.work_view.setVisible(busy)
        if wanted and not busy and self.isVisible():
            self.setup_view.prepare(engine)

    def _working_headline(self) -> str:
        return tr("The engine is being removed.") if self.work.removing else tr("The engine is being installed.")

    # installation and removal

    def _install(self, plan: InstallationPlan) -> None:
        self.notice.clear()
        self.setup_view.forget()
        self.work.install(plan)

    def _repair(self) -> None:
        self.notice.show_message(tr("Preparing the repair…"), Qgis.MessageLevel.Info)
        self.setup_view.install(installed_engine())

    def _on_planned(self) -> None:
        # a plan is made after each installation, too, and why that has failed is to be read still
        if not self._tells_failure():
            self.notice.clear()

    def _on_plan_refused(self, error: InstallationError) -> None:
        if self._tells_failure():
            return  # its button goes on with what was planned
        again = MessageButton(tr("Tr&y again"), self.setup_view.plan_again)
        self.notice.show_message(f"{error.message} {error.hint}".strip(), Qgis.MessageLevel.Warning, again)

    def _ask_to_remove(self) -> None:
        question = tr("Delete the engine from the disk? Results, images and models stay.")
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        answer = QMessageBox.question(self, tr("Remove the engine"), question, buttons, QMessageBox.StandardButton.No)
        if answer == QMessageBox.StandardButton.Yes:
            self.notice.clear()
            self.work.remove()

    def _on_ended(self, outcome: InstallationOutcome) -> None:
        self.setup_view.forget()
        self._show_outcome(outcome)
        self.refresh()
        self.engine_changed.emit()

    def _tells_failure(self) -> bool:
        """Return whether the message is that of an installation that did not end well."""
        outcome = self.work.outcome
        return outcome is not None and not outcome.succeeded and self.notice.text() == _text_of(outcome)

    def _show_outcome(self, outcome: InstallationOutcome) -> None:
        text = _text_of(outcome)
        if outcome.succeeded:
            self.notice.show_message(text, Qgis.MessageLevel.Success)
            return
        level = Qgis.MessageLevel.Info if outcome.cancelled else Qgis.MessageLevel.Critical
        self.notice.show_message(text, level, MessageButton(tr("Tr&y again"), self._try_again))

    def _try_again(self) -> None:
        self.notice.clear()
        self.setup_view.forget()
        self.work.repeat()

    # another environment

    def _use_own(self) -> None:
        QgsSettings().remove(SETTING)
        self._note_change()

    def _on_trying(self, interpreter: str) -> None:
        self.notice.show_message(tr("Trying “{}”…").format(interpreter), Qgis.MessageLevel.Info)

    def _on_chosen(self, interpreter: str) -> None:
        self._note_change()
        text = tr("The engine will run with “{}”.").format(interpreter)
        self.notice.show_message(text, Qgis.MessageLevel.Success)

    def _on_refused(self, text: str) -> None:
        self.work.note(text)
        again = MessageButton(tr("Choose another &folder…"), self.existing.ask)
        self.notice.show_message(text, Qgis.MessageLevel.Warning, again)

    def _note_change(self) -> None:
        self.notice.clear()
        self.setup_view.forget()
        self.refresh()
        self.engine_changed.emit()

    # test and diagnostics

    def _test(self) -> None:
        self.notice.show_message(tr("Testing the engine…"), Qgis.MessageLevel.Info)
        self.trial.test()

    def _on_passed(self, text: str) -> None:
        self.notice.show_message(text, Qgis.MessageLevel.Success)

    def _on_failed(self, text: str) -> None:
        self.log_view.open()
        self.notice.show_message(text, Qgis.MessageLevel.Critical)

    def _diagnose(self) -> None:
        self.notice.show_message(tr("Collecting diagnostics…"), Qgis.MessageLevel.Info)
        self.trial.diagnose()

    def _on_diagnosed(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.notice.show_message(
            tr("The diagnostics are on the clipboard. Paste them into your report."), Qgis.MessageLevel.Success
        )


def _text_of(outcome: InstallationOutcome) -> str:
    return f"{outcome.message} {outcome.hint}".strip()
