"""Setting the engine up: what would be installed, and the three ways to an engine."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ....i18n.translation import tr
from ....installation.offline_package import noted_package
from ....installation.outcome import InstallationError
from ....installation.places import InstallationPlaces
from ....installation.plan import InstallationPlan
from ....installation.state import EngineState, InstalledEngine
from .offline_choice import ask_for_package
from .plan_view import PlanView
from .planning import Planning


class SetupView(QWidget):
    """The plan, and the buttons *Install*, *Use an existing environment…* and *Offline package…*.

    Signals:
        install_wanted: the :class:`InstallationPlan` that the user has agreed to.
        existing_wanted: an environment that is there already shall be used.
        refused: there is no plan; the :class:`InstallationError`.
        planned: there is one.
        chosen: the user has chosen another variant, or where the packages come from.

    Args:
        parent: Qt parent.
    """

    install_wanted = pyqtSignal(object)
    existing_wanted = pyqtSignal()
    refused = pyqtSignal(object)
    planned = pyqtSignal()
    chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: InstallationPlan | None = None
        self._planning: Planning | None = None
        self._offline: Path | None = None
        self._at_once = False
        self.plan_view = PlanView(self)
        self.install_button = QPushButton(self)
        self.existing_button = QPushButton(tr("Use an e&xisting environment…"), self)
        self.offline_button = QPushButton(tr("&Offline package…"), self)
        self.index_button = QPushButton(tr("&Package index"), self)
        self.index_button.setToolTip(tr("Install from the package index, not from the offline package"))
        self.existing_button.setToolTip(tr("Choose its folder; it is tried before it is kept"))
        self.offline_button.setToolTip(tr("Install from files, without a network"))
        row = QHBoxLayout()
        for button in (self.install_button, self.existing_button, self.offline_button, self.index_button):
            button.setAutoDefault(button is self.install_button)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plan_view)
        layout.addLayout(row)
        self.install_button.clicked.connect(self._install)
        self.existing_button.clicked.connect(lambda *_: self.existing_wanted.emit())
        self.offline_button.clicked.connect(self._ask_for_package)
        self.index_button.clicked.connect(lambda *_: self.use_package(None))
        self.index_button.setVisible(False)
        self.plan_view.variant_chosen.connect(self._choose)

    def prepare(self, engine: InstalledEngine) -> None:
        """Look for what an installation would do, unless that is known; returns at once."""
        update = engine.state is EngineState.OUTDATED
        self.install_button.setText(tr("&Update") if update else tr("&Install"))
        if self._plan is None and self._planning is None:
            if engine.variant is not None:
                self.plan_view.choose(engine.variant)
            if engine.state is EngineState.INCOMPLETE and self._offline is None:
                self._offline = noted_package(InstallationPlaces(engine.folder).source)
            self._make_plan()

    def plan_again(self) -> None:
        """Look again, because something may have changed; returns at once."""
        self._make_plan()

    def forget(self) -> None:
        """Forget the plan, because the engine is another one now."""
        self._plan = self._planning = self._offline = None
        self._at_once = False

    def use_package(self, path: Path | None) -> None:
        """Install from an offline package, or, with None, from the package index: show what that would do."""
        self._offline = path
        self._choose()

    def install(self, engine: InstalledEngine) -> None:
        """Install what an engine has, anew, without a further question."""
        self.forget()
        self._at_once = True
        if engine.variant is not None:
            self.plan_view.choose(engine.variant)
        self._make_plan()

    def _choose(self) -> None:
        self.chosen.emit()
        self._make_plan()

    def _make_plan(self) -> None:
        self._plan = None
        self.install_button.setEnabled(False)
        self._show_source()
        self.plan_view.show_facts_as(tr("Looking for a Python…"))
        # a package has its variant
        variant = None if self._offline is not None else self.plan_view.variant()
        self._planning = Planning(variant, self._offline)
        self._planning.planned.connect(self._on_planned)
        self._planning.refused.connect(self._on_refused)
        QgsApplication.taskManager().addTask(self._planning)

    def _show_source(self) -> None:
        self.plan_view.show_source(self._offline)
        self.offline_button.setVisible(self._offline is None)
        self.index_button.setVisible(self._offline is not None)

    def _install(self) -> None:
        if self._plan is not None:
            self.install_wanted.emit(self._plan)

    def _ask_for_package(self) -> None:
        path = ask_for_package(self)
        if path is not None:
            self.use_package(path)

    def _on_planned(self, plan: InstallationPlan) -> None:
        if self.sender() is not self._planning:
            return  # something else was chosen meanwhile
        self._planning, self._plan = None, plan
        self.plan_view.show_plan(plan)
        self.install_button.setEnabled(True)
        self.planned.emit()
        if self._at_once:
            self._at_once = False
            self.install_wanted.emit(plan)

    def _on_refused(self, error: InstallationError) -> None:
        if self.sender() is not self._planning:
            return
        # an offline package that does not fit must not stand in the way of the next trial
        self._planning = self._offline = None
        self._at_once = False
        self._show_source()
        self.plan_view.show_facts_as("–")
        self.refused.emit(error)
