"""``PyQt6.QtGui``."""

from PyQt6.QtGui import *
