"""Packages of the engine: what installs them, and what to do about an interpreter that lacks them.

Never an installation into the Python of QGIS or of the system: other versions of numpy or GDAL there break QGIS and
programs that have nothing to do with us. Packages go into a virtual environment, and where there is none it is made.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ..i18n.translation import tr

#: What an interpreter needs so that the engine of this plugin runs in it.
REQUIREMENTS = str(Path(__file__).resolve().parent.parent / "engine" / "requirements.txt")


def install_command(interpreter: str) -> str:
    """Return what installs the engine's packages where an isolated interpreter finds them: beside it, not at home."""
    return f'"{interpreter}" -s -m pip install -r "{REQUIREMENTS}"'


def set_up_commands() -> str:
    """Return what makes an environment for the engine, a command a line: not every shell knows ``&&``."""
    if sys.platform == "win32":
        return f'py -m venv xview2-engine\nxview2-engine\\Scripts\\pip install -r "{REQUIREMENTS}"'
    return f'python3 -m venv xview2-engine\nxview2-engine/bin/pip install -r "{REQUIREMENTS}"'


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
