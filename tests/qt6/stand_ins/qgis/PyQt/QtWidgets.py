"""``PyQt6.QtWidgets``, with the classes that moved away from it in Qt 6."""

from PyQt6.QtGui import QAction, QActionGroup, QShortcut  # noqa: F401
from PyQt6.QtWidgets import *
