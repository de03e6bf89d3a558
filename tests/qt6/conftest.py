"""For the tests with Qt 6: the stand-ins take the place of PyQGIS before anything is imported."""

import os
import sys
from pathlib import Path

from tests.qt6.qgis4_interface import stubs_folder

if stubs_folder() is not None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).parent / "stand_ins"))
