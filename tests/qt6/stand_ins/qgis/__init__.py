"""A stand-in for PyQGIS 4: the Qt in it is real, the classes of QGIS have its names and nothing behind them."""

import sys
from types import ModuleType

# QGIS's name, which is none for a file here; there is no main window
utils = ModuleType("qgis.utils")
utils.iface, utils.plugins = None, {}
sys.modules["qgis.utils"] = utils
