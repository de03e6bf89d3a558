"""What to do about an interpreter that lacks packages: the plugin installs them, nobody types commands.

Never an installation into the Python of QGIS or of the system: other versions of numpy or GDAL there break QGIS and
programs that have nothing to do with us. Packages go into the environment that the plugin makes.
"""

from __future__ import annotations

import os

from ..i18n.translation import tr
from .environment import interpreter_in, managed_folder


def packages_hint(interpreter: str) -> str:
    """Return what to do about an interpreter that lacks packages of the engine."""
    if os.path.abspath(interpreter) == os.path.abspath(interpreter_in(managed_folder())):
        return tr("Click Install… to repair the engine.")
    return tr("Leave it as it is and click Install…, or choose another environment.")
