"""A button of a message: title and action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qgis.PyQt.QtWidgets import QPushButton, QWidget


@dataclass(frozen=True)
class MessageButton:
    """Something that can be done about a message.

    Attributes:
        title: text of the button.
        action: called when it is pressed.
    """

    title: str
    action: Callable[[], object]

    def widget(self, parent: QWidget | None) -> QPushButton:
        """Return the button."""
        button = QPushButton(self.title, parent)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.action())
        return button
