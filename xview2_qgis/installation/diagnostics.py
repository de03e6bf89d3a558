"""What to send along with a question: versions, state, settings that matter, and what ``doctor`` says."""

from __future__ import annotations

import os
import platform
import sys

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtCore import QT_VERSION_STR

from ..engine_process.environment import SETTING, VARIABLE, managed_folder
from ..protocol.redaction import redacted, without_secrets
from ..resources.plugin_metadata import metadata
from .network import INDEX_SETTING
from .plan import PYTHON_SETTING
from .python_places import PythonSystem
from .state import installed_engine

_SETTINGS = (SETTING, INDEX_SETTING, PYTHON_SETTING)
_VARIABLES = (VARIABLE, "XVIEW2_MODELS", "XVIEW2_CACHE")
_PRESENT = ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE")


def diagnostics_text(doctor_output: str) -> str:
    """Return a text for a report of an error, without passwords and without the user's name in paths.

    Args:
        doctor_output: what ``doctor`` of the engine printed; empty where there is no engine.
    """
    engine = installed_engine()
    system = PythonSystem.this()
    lines = [
        f"xView2 {metadata('version')}",
        f"QGIS {Qgis.QGIS_VERSION}, Qt {QT_VERSION_STR}, Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()} {system.sandbox}".rstrip(),
        f"QGIS's Python: {sys.executable}, {sys.base_prefix}",
        f"Managed folder: {managed_folder()}",
        f"Engine: {engine.state.value}, {engine.variant.value if engine.variant else '-'}, {engine.version or '-'}",
        f"Interpreter: {engine.interpreter or '-'}",
    ]
    if engine.detail:
        lines.append(engine.detail)
    settings = QgsSettings()
    for name in _SETTINGS:
        value = str(settings.value(name, "") or "")
        if value:
            lines.append(f"{name} = {without_secrets(value)}")
    lines.append(f"proxy/proxyEnabled = {settings.value('proxy/proxyEnabled', False, type=bool)}")
    lines += [f"{name} = {os.environ[name]}" for name in _VARIABLES if os.environ.get(name)]
    lines += [f"{name} is set" for name in _PRESENT if os.environ.get(name)]  # may have a password in it
    lines += ["", doctor_output.strip()] if doctor_output.strip() else []
    return "\n".join(redacted(line) for line in lines)
