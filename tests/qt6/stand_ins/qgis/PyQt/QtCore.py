"""``PyQt6.QtCore``. QGIS also gives ``QVariant`` its old values back; the plugin must do without them in Qt 6."""

from PyQt6.QtCore import *

NULL = None
