"""The question before files are replaced: what would be lost, and the way out that loses nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import QDialogButtonBox, QMessageBox, QPushButton, QWidget

from ...i18n.translation import tr, trn
from ...protocol.stored_result import DamagedError, InUseError, reviewed_buildings

_BESIDE, _WIDEST = 520, 960  # pixels, a little more and less than in QMessageBox::updateSize


class Answer(Enum):
    """What the user wants."""

    REPLACE = "replace"
    KEEP = "keep"
    RENAME = "rename"
    LEAVE = "leave"


class ReplaceQuestion(QMessageBox):
    """Asks whether files may be replaced. Enter and Escape leave them as they are.

    Args:
        existing: files that exist.
        reviewed: reviewed buildings in them, None where that is unknown.
        parent: Qt parent.
    """

    def __init__(self, existing: Sequence[str], reviewed: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2ReplaceQuestion")
        self.setIcon(QMessageBox.Icon.Question if reviewed == 0 else QMessageBox.Icon.Warning)
        self.setWindowTitle(tr("Replace files?"))
        self.setTextFormat(Qt.TextFormat.PlainText)  # names of files come from others
        self.setText("\n\n".join(_sentences(existing, reviewed)))
        # roles that Qt puts no standard button or default on by itself
        self.replace_button = self.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        self.keep_button: QPushButton | None = None
        if reviewed:
            self.keep_button = self.addButton(tr("Keep the reviews"), QMessageBox.ButtonRole.ActionRole)
            self.keep_button.setToolTip(tr("Replace, and carry the reviews over to the buildings at the same place"))
        self.rename_button = self.addButton(tr("Save under a new name"), QMessageBox.ButtonRole.ActionRole)
        self.leave_button = self.addButton(tr("No"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.leave_button)
        self.setEscapeButton(self.leave_button)
        # Qt makes no message wider than this, and cuts buttons that long words make wider
        row = self.findChild(QDialogButtonBox)
        room = QGuiApplication.primaryScreen().availableGeometry().width() - _BESIDE
        if row.sizeHint().width() > min(room, _WIDEST):
            row.setOrientation(Qt.Orientation.Vertical)

    def answer(self) -> Answer:
        """Show the question and return what was chosen."""
        self.exec()
        clicked = self.clickedButton()
        if clicked == self.replace_button:
            return Answer.REPLACE
        if clicked == self.rename_button:
            return Answer.RENAME
        return Answer.KEEP if self.keep_button is not None and clicked == self.keep_button else Answer.LEAVE


def reviewed_in(file: str) -> int | None:
    """Return how many reviewed buildings a GeoPackage holds; None where it is in use or damaged."""
    try:
        return reviewed_buildings(Path(file)) if os.path.isfile(file) else 0
    except (InUseError, DamagedError, OSError):
        return None


def _sentences(existing: Sequence[str], reviewed: int | None) -> list[str]:
    sentences = [tr("These files exist. Replace them?") + "\n" + "\n".join(existing)]
    name = os.path.basename(existing[0])
    if reviewed is None:
        sentences.append(tr("“{}” cannot be read, and may hold reviewed buildings.").format(name))
    elif reviewed:
        sentences.append(
            trn(
                "“{name}” holds {n} reviewed building. “Replace” loses its review; “Keep the reviews” carries it over.",
                "“{name}” holds {n} reviewed buildings. “Replace” loses their reviews; “Keep the reviews” carries them "
                "over.",
                reviewed, name=name,
            )
        )  # fmt: skip
    return sentences
