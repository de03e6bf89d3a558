"""The window of the models: what is here, what can be fetched, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import Qgis
from qgis.gui import QgisInterface, QgsGui
from qgis.PyQt.QtCore import Qt, QTime, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...engine_process.environment import EngineEnvironment, EngineMissingError, find_engine
from ...i18n.translation import tr
from ...model_store.catalogue import CatalogueEntry, Place, catalogue
from ...model_store.refusal import ModelStoreError
from ...model_store.work import Action, ModelOrder, ModelWork, WorkResult
from ..bundle_dialog import ask_for_bundle
from ..form_scroll import FormScroll
from ..message_button import MessageButton
from ..notice import Notice
from ..plugin_window import PluginWindow
from ..windows import window_entries
from .address_dialog import AddressDialog
from .card import ModelCard
from .model_list import ModelList
from .terms_question import agrees_to_terms
from .work_panel import WorkPanel

_ENGINE = "Engine"  # the window that installs it
_USUAL_WIDTH, _USUAL_HEIGHT = 820, 560  # pixels
_SHARE_OF_SCREEN = 0.85  # the frame and title of the window come on top
_LIST_SHARE, _CARD_SHARE = 2, 3


class ModelsDialog(PluginWindow):
    """Non-modal; closing it hides it, and a download goes on.

    Attributes:
        work: what is under way, None while nothing is.

    Args:
        iface: the running application.
        parent: Qt parent.
        engine: finds the engine; raises ``EngineMissingError``.
    """

    HANDBOOK_PAGE = "models"

    def __init__(
        self,
        iface: QgisInterface,
        parent: QWidget | None = None,
        engine: Callable[[], EngineEnvironment] = find_engine,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("xView2ModelsDialog")
        self.setWindowTitle(tr("Models"))
        self._find_engine = engine
        self.work: ModelWork | None = None
        self._checked: dict[str, str] = {}  # by name: what a check has found in this session
        self.notice = Notice(self)
        self.list = ModelList(self)
        self.card = ModelCard(self)
        self.panel = WorkPanel(self)
        self._make_buttons()
        self._lay_out()
        self._connect()

    # the window

    def _make_buttons(self) -> None:
        self.file_button = QPushButton(tr("Install from &file…"), self)
        self.address_button = QPushButton(tr("Install from &address…"), self)
        self.download_button = QPushButton(tr("&Download"), self)
        self.verify_button = QPushButton(tr("&Verify"), self)
        self.verify_button.setToolTip(tr("Compare all files of the model with its checksums"))
        self.remove_button = QPushButton(tr("&Remove…"), self)
        self.folder_button = QPushButton(tr("&Open folder"), self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.add_help_button(self.buttons)
        self._actions = (self.file_button, self.address_button, self.download_button, self.verify_button,
                         self.remove_button, self.folder_button)  # fmt: skip
        for button in (*self._actions, self.buttons.button(QDialogButtonBox.StandardButton.Close)):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.file_button)
        column.addWidget(self.address_button)
        row = QHBoxLayout()
        for button in (self.download_button, self.verify_button, self.remove_button, self.folder_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(FormScroll(self.card, right), 1)
        column.addLayout(row)
        splitter = QSplitter(self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, _LIST_SHARE)
        splitter.setStretchFactor(1, _CARD_SHARE)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.panel)
        layout.addWidget(self.buttons)
        room = QGuiApplication.primaryScreen().availableGeometry()
        wanted, highest = self.sizeHint(), int(room.height() * _SHARE_OF_SCREEN)
        self.resize(min(max(_USUAL_WIDTH, wanted.width()), room.width()), min(_USUAL_HEIGHT, highest))
        QgsGui.enableAutoGeometryRestore(self)

    def _connect(self) -> None:
        self.list.chosen.connect(self._show_chosen)
        self.file_button.clicked.connect(lambda *_: self.install_file(ask_for_bundle(self)))
        self.address_button.clicked.connect(lambda *_: self._ask_address())
        self.download_button.clicked.connect(lambda *_: self.download())
        self.verify_button.clicked.connect(lambda *_: self._about_chosen("verify"))
        self.remove_button.clicked.connect(lambda *_: self._remove())
        self.folder_button.clicked.connect(lambda *_: self._open_folder())
        self.panel.cancel_button.clicked.connect(lambda *_: self.cancel())
        self.buttons.rejected.connect(self.close)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Look again which models there are: another window or program may have installed some."""
        super().showEvent(event)
        if not event.spontaneous():
            self.refresh()

    def refresh(self, name: str = "") -> None:
        """Show the models that there are now, and choose one of them."""
        self.list.show_entries(catalogue(), name)

    def shut_down(self) -> None:
        """End what is under way, because the plugin is unloaded."""
        work, self.work = self.work, None
        if work is not None:
            work.stop()

    # what can be done

    def install_file(self, path: str) -> None:
        """Install the bundle of a file; returns at once. Nothing happens for an empty path."""
        if path:
            self._begin(ModelOrder("install", target=path))

    def download(self) -> None:
        """Fetch the chosen model, once its terms are agreed to; returns at once."""
        entry = self.list.entry()
        if entry is None or entry.published is None or entry.place is not Place.PUBLISHED:
            return
        if self._engine() is not None and agrees_to_terms(entry.model, self):
            self._begin(ModelOrder.fetching(entry.published))

    def cancel(self) -> None:
        """Stop what is under way."""
        if self.work is not None:
            self.work.cancel()

    def _ask_address(self) -> None:
        dialog = AddressDialog(self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._begin(dialog.order())
        dialog.deleteLater()

    def _remove(self) -> None:
        entry = self.list.entry()
        if entry is not None and entry.place is Place.INSTALLED and self._shall_remove(entry):
            self._about_chosen("remove")

    def _shall_remove(self, entry: CatalogueEntry) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Remove the model?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            tr("“{}” is deleted from this computer. Results that were made with it stay.").format(entry.model.title)
        )
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.button(QMessageBox.StandardButton.Yes).setText(tr("&Remove"))
        return QMessageBox.StandardButton(box.exec()) == QMessageBox.StandardButton.Yes

    def _about_chosen(self, action: Action) -> None:
        entry = self.list.entry()
        if entry is not None and entry.place is not Place.PUBLISHED:
            self._begin(ModelOrder(action, target=entry.model.name))

    def _open_folder(self) -> None:
        entry = self.list.entry()
        if entry is not None and entry.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.folder)))

    # the work

    def _engine(self) -> EngineEnvironment | None:
        """Return the engine; without one, say so and offer its page."""
        try:
            return self._find_engine()
        except EngineMissingError:
            text = tr("The processing engine checks and installs models, and it is not installed yet.")
            offered = any(entry.name == _ENGINE for entry in window_entries())
            button = MessageButton(tr("Install the engine…"), lambda: self.window_wanted.emit(_ENGINE, None))
            self.notice.show_message(text, Qgis.MessageLevel.Warning, *([button] if offered else []))
            return None

    def _begin(self, order: ModelOrder) -> None:
        if self.work is not None:
            return
        self.notice.clear()
        environment = self._engine()
        if environment is None:
            return
        work = ModelWork(order, environment, self)
        work.stage_changed.connect(self.panel.show_stage)
        work.progressed.connect(self.panel.show_progress)
        work.ended.connect(self._on_ended)
        self.work = work
        try:
            work.start()
        except ModelStoreError as error:
            self._on_ended(WorkResult(problem=str(error)))
        self._show_chosen()

    def _on_ended(self, result: WorkResult) -> None:
        work, self.work = self.work, None
        if work is None:
            return
        self.panel.end()
        work.deleteLater()
        order = work.order
        if result.problem:
            self._show_problem(order, result)
        elif result.cancelled:
            text = (
                tr("Cancelled. What has been downloaded is kept for another try.")
                if order.address
                else tr("Cancelled.")
            )
            self.notice.show_message(text, Qgis.MessageLevel.Info)
        else:
            self._show_success(order, result.model)
        self.refresh(result.model if order.action == "install" else "")

    def _show_success(self, order: ModelOrder, name: str) -> None:
        if order.action == "remove":
            self._checked.pop(name, None)
            text = tr("“{}” is removed.").format(name)
        else:
            time = QTime.currentTime().toString("HH:mm")
            self._checked[name] = tr("Complete and unchanged, checked at {}.").format(time)
            done = {"install": tr("“{}” is installed."), "verify": tr("“{}” is complete and unchanged.")}
            text = done[order.action].format(name)
        self.notice.show_message(text, Qgis.MessageLevel.Success)

    def _show_problem(self, order: ModelOrder, result: WorkResult) -> None:
        if order.action == "verify":
            self._checked[order.target] = result.problem
        again = MessageButton(tr("&Try again"), lambda: self._begin(order))
        self.notice.show_message(result.problem, Qgis.MessageLevel.Critical, *([again] if order.address else []))

    def _show_chosen(self) -> None:
        """Show the chosen model, and which buttons do something for it."""
        entry = self.list.entry()
        here = entry is not None and entry.folder is not None
        self.card.show_entry(entry, self._checked.get(entry.model.name, "") if entry is not None and here else "")
        idle, place = self.work is None, entry.place if entry is not None else None
        self.file_button.setEnabled(idle)
        self.address_button.setEnabled(idle)
        self.download_button.setVisible(place is Place.PUBLISHED)
        self.download_button.setEnabled(idle)
        for button in (self.verify_button, self.remove_button, self.folder_button):
            button.setVisible(place is not Place.PUBLISHED)
        self.verify_button.setEnabled(idle and here)
        self.remove_button.setEnabled(idle and place is Place.INSTALLED)
        self.remove_button.setToolTip(tr("Models that come with the plugin stay") if place is Place.EMBEDDED else "")
        self.folder_button.setEnabled(here)
