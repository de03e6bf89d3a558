"""Brings the site up to date before the plugin is packed, where there is a Python that can build it.

Standard library only.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from handbook.pages import built_site

#: Environments that may have Sphinx: that of the checkout, and the small one of ``handbook-environment.sh``.
_ENVIRONMENTS = (".venv", ".venv-docs")


def bring_up_to_date(root: Path) -> bool:
    """Build the site of a checkout if it is not that of its pages; return whether there is one now.

    Raises:
        ValueError: the pages have faults; the text says which.
    """
    if built_site(root) is not None:
        return True
    for environment in _ENVIRONMENTS:
        python = root / environment / "bin" / "python"
        if python.is_file() and _can_build(python):
            command = [python, root / "packaging" / "handbook" / "building.py"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ValueError(f"the handbook has faults: {done.stderr.strip()}")
            return True
    return False


def _can_build(python: Path) -> bool:
    wanted = "import furo, myst_parser, sphinx, sphinx_copybutton"
    return subprocess.run([python, "-c", wanted], capture_output=True, check=False).returncode == 0
