"""The buttons of the review, each with the key that does the same."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from ....i18n.literal_text import literal
from ....i18n.translation import tr
from ....protocol.schema import CLASS_COLOURS, Damage
from ..command import CLASS_COMMANDS, COMMAND_KEYS, Command
from .class_words import review_words, short_words

_COLUMNS = 3
_SWATCH = 14  # pixels


class ReviewButtons(QWidget):
    """What can be said about a building, and done.

    Args:
        parent: Qt parent.

    Signals:
        pressed: a command was given.
    """

    pressed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        classes = (*tuple(CLASS_COMMANDS)[1:5], Command.UNKNOWN, Command.NO_BUILDING)
        short = short_words()
        titles = {command: short[CLASS_COMMANDS[command]] for command in classes}
        titles |= {
            Command.ACCEPT: tr("Accept"),
            Command.UNDO: tr("Undo"),
            Command.SKIP: tr("Skip"),
            Command.BACK: tr("Back"),
            Command.NOTE: tr("Note"),
            Command.ADD: tr("Add"),
        }
        words = review_words()
        tips = {command: words[name] for command, name in CLASS_COMMANDS.items()}
        tips |= {
            Command.UNKNOWN: tr("Not assessable: cloud, shadow, out of the image"),
            Command.NO_BUILDING: tr("No building: the outline is wrong, and in no count"),
            Command.ACCEPT: tr("The model is right"),
            Command.UNDO: tr("Take back what was done last, again and again"),
            Command.SKIP: tr("Go on without a class"),
            Command.BACK: tr("Go to the building before"),
            Command.NOTE: tr("Write a note; Enter saves it"),
            Command.ADD: tr("Draw a building that the model has missed: click its corners, right click at the end"),
        }
        colours = {command: CLASS_COLOURS[damage] for damage, command in zip(Damage, tuple(CLASS_COMMANDS)[:5])}
        self.buttons: dict[Command, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for place, (command, title) in enumerate(titles.items()):
            button = QPushButton(f"{COMMAND_KEYS[command]}  {title}", self)
            button.setToolTip(literal(tips.get(command, title)))
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            if command in colours:
                button.setIcon(_swatch(colours[command]))
            button.clicked.connect(lambda _=False, given=command: self.pressed.emit(given))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self.buttons[command] = button
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    def enable(self, commands: set[Command]) -> None:
        """Enable the buttons of these commands, and no others."""
        for command, button in self.buttons.items():
            button.setEnabled(command in commands)


def _swatch(colour: str) -> QIcon:
    picture = QPixmap(_SWATCH, _SWATCH)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setBrush(QColor(colour))
    painter.setPen(QColor("#606060"))
    painter.drawRect(0, 0, _SWATCH - 1, _SWATCH - 1)
    painter.end()
    return QIcon(picture)
