"""The window of the engine: its page, and the first steps with an engine that works."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.gui import QgisInterface, QgsGui
from qgis.PyQt.QtGui import QGuiApplication, QShowEvent
from qgis.PyQt.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from ...engine_process.environment import EngineMissingError, find_engine
from ...i18n.translation import tr
from ...installation.outcome import InstallationOutcome
from ...installation.state import installed_engine
from ..form_scroll import FormScroll
from ..image_files import ImageFiles
from ..message_button import MessageButton
from ..messages import Messages
from ..plugin_window import PluginWindow
from .first_steps import FirstSteps
from .page import EnginePage
from .sample_town import SampleTown, sample_folder
from .state_words import is_usable
from .work import EngineWork

_USUAL_WIDTH, _USUAL_HEIGHT = 620, 480  # pixels


class EngineDialog(PluginWindow):
    """Non-modal; closing it hides it, an installation goes on and stays visible in QGIS's task list.

    Args:
        iface: the running application.
        parent: Qt parent.
    """

    HANDBOOK_PAGE = "engine"

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2EngineDialog")
        self.setWindowTitle(tr("xView2 engine"))
        self.work = EngineWork(self)
        self.page = EnginePage(self.work, self)
        self.first_steps = FirstSteps(self)
        self.sample_town = SampleTown(sample_folder(), self)
        self._messages = Messages(iface, self.page.notice, self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.add_help_button(self.buttons)
        column = QWidget(self)
        inner = QVBoxLayout(column)
        inner.addWidget(self.page, 1)
        inner.addWidget(self.first_steps)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, layout.contentsMargins().bottom())
        layout.addWidget(FormScroll(column, self), 1)
        row = QVBoxLayout()
        row.setContentsMargins(9, 0, 9, 0)
        row.addWidget(self.buttons)
        layout.addLayout(row)
        room = QGuiApplication.primaryScreen().availableGeometry()
        wanted = self.sizeHint()
        self.resize(min(max(_USUAL_WIDTH, wanted.width()), room.width()), min(_USUAL_HEIGHT, int(room.height() * 0.85)))
        QgsGui.enableAutoGeometryRestore(self)
        self.buttons.rejected.connect(self.close)
        self.first_steps.sample_wanted.connect(self.try_sample)
        self.first_steps.images_wanted.connect(self.choose_images)
        self.sample_town.written.connect(self._on_sample)
        self.sample_town.failed.connect(self._on_sample_failed)
        self.page.engine_changed.connect(self.refresh)
        self.work.changed.connect(self.refresh)
        self.work.ended.connect(self._on_ended)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Show how things are now."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Offer the first steps when there is an engine, and nothing is done to it."""
        self.first_steps.setVisible(not self.work.busy and is_usable(installed_engine()))
        self.first_steps.setEnabled(not self.sample_town.busy)

    def try_sample(self) -> None:
        """Write the sample town, and have it assessed; returns at once."""
        try:
            environment = find_engine()
        except EngineMissingError as error:
            self._messages.warn(f"{error.message} {error.hint}")
            return
        self.page.notice.show_message(tr("Drawing the sample town…"), Qgis.MessageLevel.Info)
        self.sample_town.write(environment)
        self.refresh()

    def choose_images(self) -> None:
        """Go to the window that assesses."""
        self.close()
        self.window_wanted.emit("Assess", None)

    def shut_down(self) -> None:
        """End what is under way, because the plugin is unloaded."""
        self.page.stop_trials()
        self.sample_town.stop()
        self.work.shut_down()

    def reject(self) -> None:
        """Hide the window (Escape, the close button); an installation goes on."""
        if self.work.busy:
            self._messages.mention(tr("The installation continues in the background; see the status bar."))
        super().reject()

    def _on_sample(self, files: ImageFiles) -> None:
        self.page.notice.clear()
        self.refresh()
        self.close()
        self.window_wanted.emit("Assess", files)

    def _on_sample_failed(self, text: str) -> None:
        self.refresh()
        self._messages.warn(text)

    def _on_ended(self, outcome: InstallationOutcome) -> None:
        """Say in the main window how the work ended, where this window does not show it."""
        if self.isVisible():
            return
        text = f"{outcome.message} {outcome.hint}".strip()
        show = MessageButton(tr("Show"), self.bring_up)
        level = Qgis.MessageLevel.Success if outcome.succeeded else Qgis.MessageLevel.Critical
        self._messages.report(text, Qgis.MessageLevel.Info if outcome.cancelled else level, show)
