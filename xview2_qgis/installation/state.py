"""What is installed: the state of the engine, as its page shows it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from qgis.core import QgsSettings

from ..engine_process.environment import SETTING, VARIABLE, interpreter_in, managed_folder
from ..i18n.translation import tr
from ..resources.plugin_metadata import metadata
from .outcome import InstallationError
from .places import InstallationPlaces
from .requirement_lock import FOLDER, RequirementLock
from .state_file import Record, read_record
from .variant import Variant


class EngineState(Enum):
    """State of the engine."""

    ABSENT = "absent"  # nothing is there
    INCOMPLETE = "incomplete"  # an installation was begun and did not end
    MOVED = "moved"  # its folder, or the Python it was made with, is no longer where it was
    OUTDATED = "outdated"  # it works, but belongs to another version of the plugin
    READY = "ready"
    EXTERNAL = "external"  # a setting or a variable names another environment


@dataclass(frozen=True)
class InstalledEngine:
    """What is installed.

    Attributes:
        state: state of the engine.
        folder: the folder that the plugin manages; of an external one, that of its environment.
        interpreter: Python that runs the engine; empty where there is none.
        version: version of the plugin that installed it; empty where that is not known.
        variant: what was installed, None where that is not known.
        detail: what is the matter, as a sentence for people; empty when all is well.
    """

    state: EngineState
    folder: Path
    interpreter: str
    version: str
    variant: Variant | None
    detail: str


def installed_engine() -> InstalledEngine:
    """Return what is installed. Looks at a few small files only: quick enough for the main thread."""
    external = _external()
    return external if external is not None else state_of(InstallationPlaces(managed_folder()))


def state_of(places: InstallationPlaces, locks: Path = FOLDER) -> InstalledEngine:
    """Return what is installed in places that the plugin manages.

    Args:
        places: where to look.
        locks: folder of the locks of the plugin.
    """
    record = read_record(places.engine)
    interpreter = interpreter_in(places.engine)
    if record is None and not places.engine.exists():
        unfinished = read_record(places.unfinished)
        if unfinished is None and not places.unfinished.exists() and not places.downloads.exists():
            return InstalledEngine(EngineState.ABSENT, places.engine, "", "", None, "")
        detail = tr("An installation was interrupted. Install goes on where it stopped.")
        return _managed(EngineState.INCOMPLETE, places, unfinished, detail)
    if record is None or not record.complete:
        detail = tr("The folder of the engine holds no complete installation. Install makes it anew.")
        return _managed(EngineState.INCOMPLETE, places, record, detail)
    if not _same_folder(record.folder, places.engine):
        detail = tr("The engine was installed in another folder and then moved. Install repairs it.")
        return _managed(EngineState.MOVED, places, record, detail)
    if not interpreter.is_file() or not os.path.exists(record.base):
        detail = tr("The Python “{}” that the engine was made with is gone. Install repairs it.").format(record.base)
        return _managed(EngineState.MOVED, places, record, detail)
    outdated = _outdated(record, locks)
    return _managed(EngineState.OUTDATED if outdated else EngineState.READY, places, record, outdated)


def _managed(state: EngineState, places: InstallationPlaces, record: Record | None, detail: str) -> InstalledEngine:
    interpreter = interpreter_in(places.engine)
    return InstalledEngine(
        state,
        places.engine,
        str(interpreter) if interpreter.is_file() else "",
        record.plugin_version if record else "",
        _variant(record.variant) if record else None,
        detail,
    )


def _variant(name: str) -> Variant | None:
    return Variant(name) if name in {variant.value for variant in Variant} else None


def _outdated(record: Record, locks: Path) -> str:
    """Return why an engine belongs to another version of the plugin, empty when it does not."""
    variant = _variant(record.variant)
    try:
        same_packages = variant is not None and RequirementLock.of(variant, locks).sha256 == record.lock_sha256
    except (InstallationError, OSError):
        same_packages = False
    if not same_packages:
        return tr("This version of the plugin needs other packages. Update installs them.")
    if record.plugin_version != metadata("version"):
        return tr("The engine was installed by version {} of the plugin. Update checks it.").format(
            record.plugin_version
        )
    return ""


def _same_folder(recorded: str, folder: Path) -> bool:
    try:
        return os.path.samefile(recorded, folder)
    except (OSError, ValueError):  # the latter of a path that no system has
        return False


def _external() -> InstalledEngine | None:
    setting = str(QgsSettings().value(SETTING, "") or "").strip()
    variable = os.environ.get(VARIABLE, "").strip()
    named = setting or variable
    if not named or os.path.abspath(named) == os.path.abspath(interpreter_in(managed_folder())):
        return None
    where = tr("the setting {}").format(SETTING) if setting else tr("the variable {}").format(VARIABLE)
    path = Path(os.path.abspath(named))
    there = path.is_file()
    detail = (
        tr("Another environment is used, named by {}.").format(where)
        if there
        else tr("The Python “{python}” named by {where} does not exist.").format(python=named, where=where)
    )
    folder = path.parent.parent if path.parent.name in ("bin", "Scripts") else path.parent
    return InstalledEngine(EngineState.EXTERNAL, folder, str(path) if there else "", "", None, detail)
