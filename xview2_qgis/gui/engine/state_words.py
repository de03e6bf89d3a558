"""The state of the engine in words, and what follows from it."""

from __future__ import annotations

from ...i18n.translation import tr
from ...installation.state import EngineState, InstalledEngine

_UNFIT = (EngineState.ABSENT, EngineState.INCOMPLETE, EngineState.MOVED, EngineState.OUTDATED)


def needs_installation(engine: InstalledEngine) -> bool:
    """Return whether the engine has to be installed, repaired or updated before it is used."""
    return engine.state in _UNFIT


def is_ready(engine: InstalledEngine) -> bool:
    """Return whether there is an engine, and one that fits this version of the plugin."""
    return bool(engine.interpreter) and not needs_installation(engine)


def is_usable(engine: InstalledEngine) -> bool:
    """Return whether an assessment can be started; an outdated engine may fail or not."""
    return engine.state in (EngineState.READY, EngineState.EXTERNAL, EngineState.OUTDATED) and bool(engine.interpreter)


def state_headline(engine: InstalledEngine) -> str:
    """Return the state as a sentence, for the page."""
    if engine.state is EngineState.ABSENT:
        return tr("One-time set-up: xView2 needs its own Python environment, the engine. QGIS itself is not changed.")
    return {
        EngineState.INCOMPLETE: tr("The engine is not complete."),
        EngineState.MOVED: tr("The engine is not where it was installed."),
        EngineState.OUTDATED: tr("The engine belongs to another version of the plugin."),
        EngineState.READY: tr("The engine is ready."),
        EngineState.EXTERNAL: (
            tr("The engine is ready.") if engine.interpreter else tr("The chosen engine is missing.")
        ),
    }[engine.state]


def state_line(engine: InstalledEngine) -> str:
    """Return the state in a few words, for the window that assesses."""
    if engine.state is EngineState.EXTERNAL and not engine.interpreter:
        return tr("Missing")
    return {
        EngineState.ABSENT: tr("Not installed"),
        EngineState.INCOMPLETE: tr("Not complete"),
        EngineState.MOVED: tr("Moved"),
        EngineState.OUTDATED: tr("Of another version"),
        EngineState.READY: tr("Ready"),
        EngineState.EXTERNAL: tr("Another environment"),
    }[engine.state]
