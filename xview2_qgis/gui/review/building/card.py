"""What is known about the current building."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ....i18n.literal_text import literal
from ....i18n.number import number_text
from ....i18n.translation import tr
from ....review.building import ReviewedBuilding
from .bars import ProbabilityBars
from .class_words import legend_words, review_words


class BuildingCard(QWidget):
    """Number, area, classes and probabilities of a building.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(self)
        self.review = QLabel(self)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.bars = ProbabilityBars(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for label in (self.title, self.review):
            # a review may be any text
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.title)
        layout.addWidget(self.bars)
        layout.addWidget(self.review)

    def show_building(self, building: ReviewedBuilding | None) -> None:
        """Show a building; None for nothing."""
        if building is None:
            self.title.clear()
            self.review.clear()
            self.bars.show_probabilities(())
            return
        self.title.setText(_title(building))
        self.title.setToolTip(literal(_title(building)))
        self.review.setText(_review(building))
        self.review.setToolTip(literal(_review(building)))
        self.bars.show_probabilities(building.probabilities)


def _title(building: ReviewedBuilding) -> str:
    if building.building_id is None:
        return tr("Added by hand")
    return tr("Building {}").format(building.building_id) + " · " + tr("model: {}").format(_word(building.model_class))


def _review(building: ReviewedBuilding) -> str:
    parts = [tr("adapted: {}").format(_word(building.adapted_class))] if building.adapted_class else []
    parts.append(tr("{} m²").format(number_text(building.area_m2)))
    if building.is_reviewed:
        parts.append(tr("reviewed: {}").format(review_words()[building.review_class]))
    else:
        parts.append(tr("not reviewed"))
    if building.note:
        parts.append(building.note)
    return " · ".join(parts)


def _word(name: str) -> str:
    return legend_words().get(name, name)
