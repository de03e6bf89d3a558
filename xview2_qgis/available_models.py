"""The models a user can choose from: those that come with the plugin and those installed beside it.

Only the small ``model.json`` of each bundle is read; whether its networks are sound is the engine's business. A bundle
comes from anywhere: nothing of it may take QGIS's memory or end in an exception, and its texts are shortened to what a
dialog has room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .i18n.translation import tr
from .protocol.archive_reading import DamagedArchiveError, manifest_prefix, reading
from .protocol.locations import DEFAULT_MODEL, embedded_folder, installed_folder
from .protocol.model_json import MANIFEST_NAME, MAXIMUM_BYTES, read_model_json
from .protocol.plain_text import printable

_MOST_MODELS = 200  # of a folder
_MOST_SCORES = 20
_LARGEST_FIGURE = 1e9
_WORD, _PARAGRAPH = 200, 1000  # characters that are shown


@dataclass(frozen=True)
class Figure:
    """A measured quality.

    Attributes:
        set: data it was measured on.
        metric: what was measured.
        value: the number.
        date: when.
    """

    set: str
    metric: str
    value: float
    date: str = ""


@dataclass(frozen=True)
class AvailableModel:
    """A model bundle.

    Attributes:
        name: what ``--model`` is given: the name of the folder, or the path of a bundle that is not installed.
        title: one line for people.
        licence: licence of the model.
        training_data: what it was trained on.
        scores: its scores, one line.
        summary: what to expect of it, in plain sentences.
        identifier: what the model calls itself; its name once it is installed.
        figures: its scores one by one.
        source: where it comes from.
        here: whether it is on this machine; else it can be downloaded.
    """

    name: str
    title: str
    licence: str = ""
    training_data: str = ""
    scores: str = ""
    summary: str = ""
    identifier: str = ""
    figures: tuple[Figure, ...] = ()
    source: str = ""
    here: bool = True


def available_models(folders: tuple[Path, ...] | None = None) -> list[AvailableModel]:
    """Return the models found, the default one first; what cannot be read is not among them."""
    found: dict[str, AvailableModel] = {}
    for folder in folders if folders is not None else (embedded_folder(), installed_folder()):
        for bundle in model_folders(folder):
            model = _of_folder(bundle, bundle.name)
            if model is not None:
                found.setdefault(model.name, model)
    return sorted(found.values(), key=lambda model: (model.name != DEFAULT_MODEL, model.name))


def model_of_bundle(path: str) -> AvailableModel | None:
    """Return the model of a bundle (a folder or a zip file), or None when it is no bundle."""
    try:
        bundle = Path(path)
        if bundle.is_dir():
            return _of_folder(bundle, str(bundle))
        if not bundle.is_file():  # reading a pipe would wait for ever
            return None
        with reading(bundle) as archive:
            prefix = manifest_prefix([entry.filename for entry in archive.infolist()], MANIFEST_NAME)
            with archive.open(prefix + MANIFEST_NAME) as packed:
                content = packed.read(MAXIMUM_BYTES + 1)
    except (OSError, DamagedArchiveError, ValueError):  # the last one of a path that no system has
        return None
    return _described(content, str(bundle))


def model_folders(folder: Path) -> list[Path]:
    """Return what may be models in a folder, none where it cannot be read."""
    try:
        models = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        # where an installation was killed, the engine puts the former model back as soon as it is asked for one
        return (models + sorted(folder.glob(".installing-*/former/*")))[:_MOST_MODELS]
    except (OSError, ValueError):
        return []


def _of_folder(bundle: Path, name: str) -> AvailableModel | None:
    path = bundle / MANIFEST_NAME
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return _described(file.read(MAXIMUM_BYTES + 1), name)
    except (OSError, ValueError):
        return None


def _described(content: bytes, name: str) -> AvailableModel | None:
    try:
        facts = read_model_json(content)
    except ValueError:
        return None
    if not facts.get("id"):
        return None
    figures = _figures(facts.get("scores"))
    return AvailableModel(
        name=name,
        title=_translated(facts.get("title"), _WORD) or _text(facts["id"], _WORD) or printable(name),
        licence=_text(facts.get("licence")),
        training_data=_translated(facts.get("training_data")),
        scores=_scores(figures),
        summary=_translated(facts.get("summary")),
        identifier=_text(facts["id"], _WORD),
        figures=figures,
        source=_text(facts.get("source")),
    )


def _translated(value: object, longest: int = _PARAGRAPH) -> str:
    """Return the same in the language of QGIS; the texts of published models are translated, others stay."""
    return tr(_text(value, longest))


def _text(value: object, longest: int = _PARAGRAPH) -> str:
    """Return one line; what cannot be shown is written out, what is too long is cut."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("id") or value.get("title") or ""
    if isinstance(value, list):
        value = ", ".join(filter(None, (_text(entry, longest) for entry in value[:_MOST_SCORES])))
    if not isinstance(value, str):
        return ""
    line = printable(" ".join(value[: longest + 1].split()))
    return line if len(line) <= longest else line[:longest] + "…"


def _figures(value: object) -> tuple[Figure, ...]:
    figures = []
    for score in value[:_MOST_SCORES] if isinstance(value, list) else ():
        metric = _translated(score.get("metric"), _WORD) if isinstance(score, dict) else ""
        number = score.get("value") if metric else None
        if isinstance(number, (int, float)) and abs(number) < _LARGEST_FIGURE:
            figures.append(
                Figure(_translated(score.get("set"), _WORD), metric, number, _text(score.get("date"), _WORD))
            )
    return tuple(figures)


def _scores(figures: tuple[Figure, ...]) -> str:
    by_set: dict[str, list[str]] = {}  # a set is named once, however many figures belong to it
    for figure in figures:
        by_set.setdefault(figure.set, []).append(f"{figure.metric} {figure.value}")
    return "; ".join(", ".join(values) + (f" ({name})" if name else "") for name, values in by_set.items())
