"""The project's own models as release files: where the plugin without weights fetches them, and what they must be.

The facts stand in ``published_models.json``, which ``packaging/model_archives.py`` writes from the archives themselves.
The file is part of the program and as trustworthy as its code; the archives are not trusted before their checksum.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .locations import embedded_folder

_FACTS = Path(__file__).resolve().parent / "published_models.json"
# in front of each checksum: scanners take a quoted string of nothing but hexadecimal digits for a password
_SHA256 = "sha256:"


@dataclass(frozen=True)
class PublishedScore:
    """One score of a model.

    Attributes:
        set: the data that it was measured on.
        metric: what was measured.
        value: the score.
        date: when, as YYYY-MM-DD.
        images: ``post`` where it was measured on post-event images alone, else ``pair``.
    """

    set: str
    metric: str
    value: float
    date: str
    images: str = "pair"


@dataclass(frozen=True)
class PublishedModel:
    """A model that can be fetched.

    Attributes:
        id: its name, once it is installed.
        title: one line for people.
        file: name of the archive, ``ID.xv2.zip``.
        address: https address of the archive.
        size_bytes: size of the archive in bytes.
        sha256: checksum of the archive, 64 lower-case hexadecimal digits.
        licence: short name of its licence.
        licence_address: where the text of the licence is.
        training_data: what it was trained on.
        summary: what to expect of it, in plain sentences.
        scores: its scores.
    """

    id: str
    title: str
    file: str
    address: str
    size_bytes: int
    sha256: str
    licence: str
    licence_address: str
    training_data: str
    summary: str
    scores: tuple[PublishedScore, ...]


def published_models() -> tuple[PublishedModel, ...]:
    """Return the models that can be fetched, sorted by id."""
    facts = json.loads(_FACTS.read_text(encoding="utf-8"))
    return tuple(
        PublishedModel(
            **{
                **model,
                "sha256": model["sha256"].removeprefix(_SHA256),
                "scores": tuple(PublishedScore(**score) for score in model["scores"]),
            }
        )
        for model in facts["models"]
    )


def published_model(model_id: str) -> PublishedModel | None:
    """Return the model of that id, None where none of that id can be fetched."""
    return next((model for model in published_models() if model.id == model_id), None)


def licence_text() -> str:
    """Return what is to be shown before a model is fetched: the licence of the models, in a few lines."""
    return (embedded_folder() / "LICENSE.txt").read_text(encoding="utf-8")
