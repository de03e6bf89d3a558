"""The scripts of the folder ``packaging`` as modules."""

import importlib
import sys

from tests.checkout import ROOT

FOLDER = ROOT / "packaging"


def script(name):
    """Return a script as a module; what it imports from beside it is found.

    The folder is no package: its name belongs to a distribution that many tools import.
    """
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return importlib.import_module(name)
