"""What to do about an interpreter that lacks packages of the engine.

Never an installation into the Python of QGIS or of the system: other versions of numpy or GDAL there break QGIS and
programs that have nothing to do with us. Packages go into a virtual environment, and where there is none it is made.
"""

from __future__ import annotations

from pathlib import Path

from ..i18n.translation import tr
from .environment import install_command, set_up_commands


def is_virtual_environment(interpreter: str) -> bool:
    """Return whether an interpreter is that of a virtual environment, which packages may be installed into."""
    folder = Path(interpreter).parent  # not resolved: the link leads out of the environment
    return any((place / "pyvenv.cfg").is_file() for place in (folder, folder.parent))


def packages_hint(interpreter: str) -> str:
    """Return how an interpreter gets the packages, or, if it is none of ours to change, how one is made that has them.

    Commands stand on lines of their own, so that they can be copied.
    """
    if is_virtual_environment(interpreter):
        return (
            tr("Install them, in a terminal:")
            + f"\n{install_command(interpreter)}\n"
            + tr("Or choose another environment.")
        )
    return (
        tr("It is not the Python of a virtual environment; leave it as it is. Make an environment, in a terminal:")
        + f"\n{set_up_commands()}\n"
        + tr("Then choose the Python in it.")
    )
