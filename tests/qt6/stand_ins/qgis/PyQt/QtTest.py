"""``PyQt6.QtTest``."""

from PyQt6.QtTest import *
