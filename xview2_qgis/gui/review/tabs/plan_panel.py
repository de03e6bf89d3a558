"""The tab that says which buildings come, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from ....i18n.number import qgis_locale, share_text
from ....i18n.translation import tr
from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, Damage
from ....review.selection.order import Order
from ....review.selection.plan import Plan
from ....review.selection.review_filter import Box, ReviewFilter
from ....review.writing.reviewer import reviewer_name, set_reviewer_name
from ..chips.pair_view import SCALES, USUAL_SCALE
from ..panel import ReviewPanel

_MARGINS = (1.0, 0.1, 0.2, 0.3, 0.5)
_LARGEST_M2 = 1_000_000.0
_SHORTEST = 10  # letters of a choice


class PlanPanel(ReviewPanel):
    """Order and filters, and how buildings are shown.

    Args:
        view: returns what the map shows, in the CRS of the layer; None where that is unknown.
        parent: Qt parent.

    Signals:
        planned: another plan.
        scaled: metres of a pixel of the chips.
        following: whether the map follows.
    """

    planned = pyqtSignal(object)
    scaled = pyqtSignal(float)
    following = pyqtSignal(bool)

    def __init__(self, view: Callable[[], Box | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._box: Box | None = None
        self._showing = False
        self.order, self.model_class, self.margin = QComboBox(self), QComboBox(self), QComboBox(self)
        self.area = QDoubleSpinBox(self)
        self.not_reviewed = QCheckBox(tr("Not reviewed only"), self)
        self.in_view = QCheckBox(tr("In this view"), self)
        self.scale = QComboBox(self)
        self.follows = QCheckBox(tr("Map follows"), self)
        self.reviewer = QLineEdit(self)
        self._fill()
        self._lay_out()
        for combo in (self.order, self.model_class, self.margin):
            combo.currentIndexChanged.connect(lambda _: self._tell())
        self.area.valueChanged.connect(lambda _: self._tell())
        self.not_reviewed.toggled.connect(lambda _: self._tell())
        self.in_view.toggled.connect(self._take_view)
        self.scale.currentIndexChanged.connect(lambda _: self.scaled.emit(float(self.scale.currentData())))
        self.follows.toggled.connect(self.following)
        self.reviewer.editingFinished.connect(lambda: set_reviewer_name(self.reviewer.text()))

    def _fill(self) -> None:
        self._offer_orders(with_sample=False)
        self.model_class.addItem(tr("Any"), "")
        for damage in sorted(Damage, reverse=True):
            self.model_class.addItem(tr(CLASS_LABELS[damage]), CLASS_NAMES[damage])
        for margin in _MARGINS:
            text = tr("Any") if margin >= 1 else tr("Lead below {}").format(share_text(margin))
            self.margin.addItem(text, margin)
        self.margin.setToolTip(tr("How far the likeliest class is ahead of the next one"))
        self.area.setRange(0, _LARGEST_M2)
        self.area.setDecimals(0)
        self.area.setSuffix(" m²")
        self.area.setSpecialValueText(tr("Any area"))
        self.area.setKeyboardTracking(False)
        self.not_reviewed.setChecked(True)
        for scale in SCALES:
            self.scale.addItem(tr("{} m per pixel").format(qgis_locale().toString(scale)), scale)
        self.in_view.setToolTip(tr("Only buildings in what the map shows now"))
        self.scale.setCurrentIndex(SCALES.index(USUAL_SCALE))
        self.follows.setChecked(True)
        self.follows.setToolTip(tr("The map moves to a building that is out of sight"))
        self.reviewer.setText(reviewer_name())
        self.reviewer.setToolTip(tr("Stands in the field reviewed_by"))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(6, 6, 6, 6)
        form.setVerticalSpacing(4)
        for combo in (self.order, self.model_class, self.margin, self.scale):
            # as narrow as the dock wants to be
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_SHORTEST)
        form.addRow(tr("Next by"), self.order)
        form.addRow(tr("Class"), self.model_class)
        form.addRow(tr("Doubt"), self.margin)
        form.addRow(tr("At least"), _row(self.area, self.in_view))
        form.addRow(_row(self.not_reviewed, self.follows))
        form.addRow(tr("Chips"), self.scale)
        form.addRow(tr("Reviewer"), self.reviewer)

    def show_plan(self, plan: Plan, has_sample: bool) -> None:
        """Show a plan that is in force."""
        self._showing = True
        self._offer_orders(has_sample)
        wanted = plan.filter
        for combo, value in (
            (self.order, plan.order), (self.model_class, wanted.model_class), (self.margin, wanted.most_margin),
        ):  # fmt: skip
            combo.setCurrentIndex(max(0, combo.findData(value)))
        self.area.setValue(wanted.least_area)
        self.not_reviewed.setChecked(wanted.not_reviewed)
        self._box = wanted.view
        self.in_view.setChecked(wanted.view is not None)
        self._showing = False

    def plan(self) -> Plan:
        """Return what is chosen."""
        wanted = ReviewFilter(
            self.model_class.currentData(), self.margin.currentData(), self.area.value(),
            self.not_reviewed.isChecked(), self._box,
        )  # fmt: skip
        return replace(Plan(), order=self.order.currentData(), filter=wanted)

    def _offer_orders(self, with_sample: bool) -> None:
        words = {
            Order.DOUBT: tr("Doubt: least sure first"),
            Order.CLASS: tr("Class: worst first"),
            Order.PLACE: tr("Place: neighbour after neighbour"),
            Order.RANDOM: tr("Random"),
            Order.SAMPLE: tr("Sample for the totals"),
        }
        if self.order.count() != len(words) - (not with_sample):
            self.order.blockSignals(True)
            self.order.clear()
            for order, text in words.items():
                if with_sample or order is not Order.SAMPLE:
                    self.order.addItem(text, order)
            self.order.blockSignals(False)

    def _take_view(self, wanted: bool) -> None:
        if not self._showing:
            self._box = self._view() if wanted else None
            self._tell()

    def _tell(self) -> None:
        if not self._showing:
            self.planned.emit(self.plan())


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
