"""The folder of a run: whether a run may write into it, and the configuration that is kept in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..section import ConfigurationError
from .checkpoint import Checkpoint, read_checkpoint
from .configuration import Configuration, check_configuration

#: What a run that goes on may change: how long it is, where and how fast it is computed, what is written down when.
#: Start weights are not looked at again.
FREE = frozenset(
    {
        "data.cache",
        "data.workers",
        "network.checkpoint_activations",
        "network.weights",
        "run.accelerator",
        "run.accumulate",
        "run.compile",
        "run.epochs",
        "run.evaluate_every",
        "run.folder",
        "run.keep_every",
        "run.log_every",
        "run.non_finite",
        "run.precision",
        "run.samples_per_epoch",
        "run.save_every",
        "run.steps",
    }
)
_MOST_NAMED = 3


def configuration_file(folder: Path) -> Path:
    """Return where the configuration of a run is kept."""
    return folder / "configuration.json"


def read_configuration(path: Path) -> Configuration:
    """Read the configuration that a run left behind.

    Raises:
        ConfigurationError: the file is missing, damaged, or names what this version does not know.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: not JSON ({error})") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: not a configuration (an object of sections is expected)")
    try:
        return check_configuration(content)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def configuration_of(checkpoint: Path) -> Configuration:
    """Return the configuration of the run that a checkpoint lies in.

    Raises:
        ConfigurationError: it is missing or cannot be used.
    """
    path = configuration_file(checkpoint.parent)
    if not path.is_file():
        raise ConfigurationError(
            f"{checkpoint}: no configuration.json beside it; give a checkpoint in its run's folder"
        )
    return read_configuration(path)


def write_configuration(config: Configuration, folder: Path) -> None:
    """Write the configuration of a run so that no process ever reads half of it."""
    path = configuration_file(folder)
    part = path.with_suffix(f".part{os.getpid()}")
    try:
        part.write_text(config.model_dump_json(indent=2), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def enter_folder(config: Configuration, resume: bool) -> Checkpoint | None:
    """Return the checkpoint that a run goes on from, or ``None`` where it begins; nothing is written.

    Raises:
        CheckpointError: the checkpoint to go on from cannot be read.
        ConfigurationError: the folder holds a run and ``resume`` is not given, or that run has other settings.
    """
    folder = config.run.folder
    last = folder / "last.pt"
    if not last.is_file():
        return None
    if not resume:
        raise ConfigurationError(f"{folder}: holds a run already; choose another run.folder, or add --resume to go on")
    stored = configuration_file(folder)
    if stored.is_file() and (changes := _differences(read_configuration(stored), config)):
        more = [f"{len(changes) - _MOST_NAMED} more"] if len(changes) > _MOST_NAMED else []
        raise ConfigurationError(
            f"{folder}: cannot go on with other settings ({'; '.join(changes[:_MOST_NAMED] + more)}); "
            "give those of the run, or choose another run.folder"
        )
    return read_checkpoint(last)


def _differences(there: Configuration, here: Configuration) -> list[str]:
    """Name every setting that two configurations do not share, with both values, and that is not free."""
    old, new = _settings(there), _settings(here)
    return [
        f"{key} {_shown(old, key)} there, {_shown(new, key)} here"
        for key in sorted(old.keys() | new.keys())
        if key not in FREE and _shown(old, key) != _shown(new, key)
    ]


def _shown(settings: Mapping[str, Any], key: str) -> str:
    return json.dumps(settings[key]) if key in settings else "not set"


def _settings(config: Configuration) -> dict[str, Any]:
    """Return all settings by their full keys, as they come back from JSON."""
    content: dict[str, Any] = json.loads(config.model_dump_json())
    settings: dict[str, Any] = {}
    for name, value in content.items():
        if isinstance(value, dict):
            settings |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            settings[name] = value
    return settings
