"""What the review dock looks like: chips above, then the building, the buttons, and the tabs."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...i18n.translation import tr
from ...review.building import ReviewedBuilding
from ...review.selection.review_filter import Box
from ..notice import Notice
from .building.card import BuildingCard
from .building.class_buttons import ReviewButtons
from .building.note_field import NoteField
from .chips.pair_view import ChipPair
from .command import Command
from .layer_list import LayerList
from .tabs.confusion_panel import ConfusionPanel
from .tabs.plan_panel import PlanPanel
from .tabs.tab_scroll import TabScroll

_SHARE_IN_SIGHT = 0.8
_WITHOUT_BUILDING = {Command.UNDO, Command.ADD}


class ReviewFace(QWidget):
    """The widgets of the dock.

    Args:
        help_button: leads to the handbook.
        view: returns what the map shows, in the CRS of the layer.
        parent: Qt parent.
    """

    def __init__(self, help_button: QToolButton, view: Callable[[], Box | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.notice = Notice(self)
        self.layer = LayerList(self)
        self.chips = ChipPair(self)
        self.card = BuildingCard(self)
        self.buttons = ReviewButtons(self)
        self.note = NoteField(self)
        self.progress = QLabel(self)
        self.progress.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.setWordWrap(True)
        self.progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.tabs = QTabWidget(self)
        self.plan = PlanPanel(view, self.tabs)
        self.confusion = ConfusionPanel(self.tabs)
        top = QHBoxLayout()
        top.addWidget(self.layer, 1)
        top.addWidget(help_button)
        upper = QWidget(self)
        building = QVBoxLayout(upper)
        building.setContentsMargins(0, 0, 0, 0)
        building.setSpacing(4)
        building.addWidget(self.chips, 1)
        building.addWidget(self.card)
        building.addWidget(self.buttons)
        building.addWidget(self.note)
        building.addWidget(self.progress)
        # who has a low screen decides between large chips and the tabs
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(upper)
        parts.addWidget(self.tabs)
        parts.setStretchFactor(0, 1)
        parts.setChildrenCollapsible(False)
        self._parts, self._upper = parts, upper
        self.tabs.currentChanged.connect(lambda _: self._make_room())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(self.notice)
        layout.addLayout(top)
        layout.addWidget(parts, 1)
        self.add_tab(tr("Which"), self.plan)
        self.add_tab(tr("Agreement"), self.confusion)

    def add_tab(self, title: str, page: QWidget) -> None:
        """Add a tab that scrolls where there is no room for all of it."""
        scroll = TabScroll(page, self.tabs)
        scroll.page_changed.connect(lambda: self._make_room())
        self.tabs.addTab(scroll, title)

    @property
    def has_building_in_sight(self) -> bool:
        """Whether there is room for the building, so that one sees what is said about it."""
        return not self._upper.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name is Qt's
        """Show the building again where there is room for it now, or hide it where there is none any more."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Leave a page on a low screen the room of the building, if else most of the page would be out of sight.

        The first two tabs belong to the building, and go with it.
        """
        page = self.tabs.currentWidget()
        if not isinstance(page, TabScroll) or page.widget() in (self.plan, self.confusion):
            self._upper.show()
            return
        left = self._parts.height() - self._upper.minimumSizeHint().height() - self.tabs.tabBar().height()
        self._upper.setVisible(left >= _SHARE_IN_SIGHT * page.whole_height(self._parts.width()))

    def show_building(self, building: ReviewedBuilding | None, has_layer: bool) -> None:
        """Show what is known about a building, and what can be done.

        Args:
            building: the current one, or None.
            has_layer: whether there is a layer to review.
        """
        self.card.show_building(building)
        self.note.hide()
        if building is not None:
            self.buttons.enable(set(Command))
        else:
            self.buttons.enable(_WITHOUT_BUILDING if has_layer else set())

    def show_progress(self, text: str) -> None:
        """Show how far the review is."""
        self.progress.setText(text)
