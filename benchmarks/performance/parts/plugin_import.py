"""Import of the plugin into QGIS."""

from __future__ import annotations

import os
import subprocess

from ..outcome import Figure, Outcome
from ..part import Part, Skipped
from ..settings import Settings

_LIMIT_S = 0.1
_IMPORT = """
import time, qgis.core, qgis.gui
begin = time.perf_counter()
import xview2_qgis.plugin
print(time.perf_counter() - begin)
"""


def _measure(settings: Settings) -> Outcome:
    try:
        done = subprocess.run(
            [os.environ.get("QGIS_PYTHON", "/usr/bin/python3"), "-c", _IMPORT],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise Skipped("QGIS is not installed here") from error
    return Outcome((Figure("import of the plugin in QGIS", float(done.stdout.split()[-1]), "s", _LIMIT_S),))


PART = Part("plugin-import", "Start of the plugin in QGIS", 3, _measure)
