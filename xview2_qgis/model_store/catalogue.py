"""All models that there are: those that came with the plugin, installed ones, and published ones to fetch."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from ..available_models import AvailableModel, Figure, available_models, model_folders, model_of_bundle
from ..i18n.translation import tr
from ..protocol.locations import AUTOMATIC_MODEL, DEFAULT_MODEL, embedded_folder, installed_folder
from ..protocol.model_json import MANIFEST_NAME
from ..protocol.plain_text import printable
from ..protocol.published_models import PublishedModel, published_model, published_models

_MOST_FILES = 200  # of a bundle


class Place(Enum):
    """Where a model is."""

    EMBEDDED = "embedded"
    INSTALLED = "installed"
    PUBLISHED = "published"

    @property
    def title(self) -> str:
        """The place in words."""
        titles = {
            Place.EMBEDDED: tr("Comes with the plugin"),
            Place.INSTALLED: tr("Installed"),
            Place.PUBLISHED: tr("Not here yet"),
        }
        return titles[self]


@dataclass(frozen=True)
class CatalogueEntry:
    """One model.

    Attributes:
        model: what is known of it.
        place: where it is.
        size_bytes: of its files here; of the file to fetch where it is not here.
        folder: where it lies, None where it is not here.
        problem: why it cannot be used, empty where nothing is known against it.
        published: the file to fetch; None where it is not published.
    """

    model: AvailableModel
    place: Place
    size_bytes: int
    folder: Path | None = None
    problem: str = ""
    published: PublishedModel | None = None


def catalogue(published: tuple[PublishedModel, ...] | None = None) -> list[CatalogueEntry]:
    """Return all models, the default one first, then those that are here.

    Args:
        published: what can be fetched; all published models without it.
    """
    found: dict[str, CatalogueEntry] = {}
    for place, folder in ((Place.EMBEDDED, embedded_folder()), (Place.INSTALLED, installed_folder())):
        for bundle in model_folders(folder):
            if bundle.name not in found and (entry := _of_folder(bundle, place)) is not None:
                found[bundle.name] = entry
    for model in published_models() if published is None else published:
        if model.id not in found:
            found[model.id] = CatalogueEntry(model_to_fetch(model), Place.PUBLISHED, model.size_bytes, published=model)
    order = list(Place)
    return sorted(
        found.values(),
        key=lambda entry: (entry.model.name != DEFAULT_MODEL, order.index(entry.place), entry.model.name),
    )


def model_to_fetch(published: PublishedModel) -> AvailableModel:
    """Return what is known of a published model before it is here."""
    figures = tuple(Figure(tr(score.set), tr(score.metric), score.value, score.date) for score in published.scores)
    return AvailableModel(
        name=published.id,
        title=tr(published.title),
        licence=published.licence,
        training_data=tr(published.training_data),
        summary=tr(published.summary),
        identifier=published.id,
        figures=figures,
        here=False,
    )


def model_named(name: str) -> AvailableModel | None:
    """Return the model that a run names, None where nothing is known of it.

    Args:
        name: of a model that is here or published, path of a bundle, or the automatic choice, of which all is known
            that is known of the default model.
    """
    if name == AUTOMATIC_MODEL:
        name = DEFAULT_MODEL
    here = next((model for model in available_models() if model.name == name), None) or model_of_bundle(name)
    published = published_model(name) if here is None else None
    return here if published is None else model_to_fetch(published)


def _of_folder(bundle: Path, place: Place) -> CatalogueEntry | None:
    if not (bundle / MANIFEST_NAME).exists():
        return None  # the engine takes no notice of it either
    size, model = _size(bundle), model_of_bundle(str(bundle))
    if model is None:
        unknown = AvailableModel(bundle.name, printable(bundle.name))
        return CatalogueEntry(unknown, place, size, bundle, tr("Its description cannot be read."))
    problem = ""
    if model.identifier != bundle.name:
        problem = tr("Its folder is called “{folder}”, the model “{model}”.").format(
            folder=printable(bundle.name), model=model.identifier
        )
    return CatalogueEntry(replace(model, name=bundle.name), place, size, bundle, problem)


def _size(bundle: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in list(bundle.iterdir())[:_MOST_FILES] if path.is_file())
    return 0
