"""The models a user can choose from: those that come with the plugin and those installed beside it.

Only the small ``model.json`` of each bundle is read; whether its networks are sound is the engine's business.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from .assessment_request import DEFAULT_MODEL

#: Models that come with the plugin.
EMBEDDED_FOLDER = Path(__file__).resolve().parent / "models"

_DESCRIPTION = "model.json"


@dataclass(frozen=True)
class AvailableModel:
    """A model bundle.

    Attributes:
        name: what ``--model`` is given: the name of the folder, or the path of a bundle that is not installed.
        title: one line for people.
        licence: licence of the model.
        training_data: what it was trained on.
        scores: its scores, one line.
    """

    name: str
    title: str
    licence: str = ""
    training_data: str = ""
    scores: str = ""


def installed_folder() -> Path:
    """Return the folder into which ``xview2 models install`` puts bundles.

    The engine finds it with ``platformdirs``, which QGIS's Python lacks; the variable ``XVIEW2_MODELS`` overrides it.
    """
    named = os.environ.get("XVIEW2_MODELS")
    if named:
        return Path(named)
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "xview2-qgis" / "models"


def available_models(folders: tuple[Path, ...] | None = None) -> list[AvailableModel]:
    """Return the models found, the default one first."""
    found: dict[str, AvailableModel] = {}
    for folder in folders if folders is not None else (EMBEDDED_FOLDER, installed_folder()):
        if not folder.is_dir():
            continue
        for description in sorted(folder.glob(f"*/{_DESCRIPTION}")):
            model = _described(description.read_bytes(), description.parent.name)
            if model is not None:
                found.setdefault(model.name, model)
    return sorted(found.values(), key=lambda model: (model.name != DEFAULT_MODEL, model.name))


def model_of_bundle(path: str) -> AvailableModel | None:
    """Return the model of a bundle (a folder or a zip file), or None when it is no bundle."""
    bundle = Path(path)
    try:
        if bundle.is_dir():
            content = (bundle / _DESCRIPTION).read_bytes()
        else:
            with zipfile.ZipFile(bundle) as archive:
                name = next((n for n in archive.namelist() if n.split("/")[-1] == _DESCRIPTION), None)
                if name is None:
                    return None
                content = archive.read(name)
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError):  # the last one for what is encrypted
        return None
    return _described(content, str(bundle))


def _described(content: bytes, name: str) -> AvailableModel | None:
    try:
        facts = json.loads(content)
    except ValueError:
        return None
    if not isinstance(facts, dict) or not facts.get("id"):
        return None
    return AvailableModel(
        name=name,
        title=str(facts.get("title") or facts["id"]),
        licence=_text(facts.get("licence")),
        training_data=_text(facts.get("training_data")),
        scores=_scores(facts.get("scores")),
    )


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("id") or value.get("title") or ""
    if isinstance(value, list):
        return ", ".join(_text(entry) for entry in value)
    return str(value or "")


def _scores(value: object) -> str:
    if not isinstance(value, list):
        return ""
    by_set: dict[str, list[str]] = {}  # a set is named once, however many figures belong to it
    for score in value:
        if isinstance(score, dict) and score.get("metric"):
            by_set.setdefault(_text(score.get("set")), []).append(f"{score['metric']} {score.get('value')}")
    return "; ".join(", ".join(figures) + (f" ({name})" if name else "") for name, figures in by_set.items())
