"""The data of a run: which pairs are trained on, which are held back."""

from __future__ import annotations

from collections.abc import Iterator

from ..section import ConfigurationError, nearest
from .cache import CachedPair, cache_folder
from .ground import same_ground
from .sampling import Source
from .sources import DataConfig
from .splits import folds, leave_one_disaster_out
from .xbd import PairFiles, list_pairs


def training_sources(data: DataConfig) -> list[Source]:
    """Return the sources of a run, decoded into the cache where that has not been done.

    Raises:
        ConfigurationError: the held-back disaster does not exist, or nothing is left to train on.
        DatasetError: a file of the data set is missing or unusable.
    """
    sources = _sources(data)
    held_back = {id(p) for p in _held_back(data, sources)}
    kept = [Source([p for p in s.pairs if id(p) not in held_back], s.weight) for s in sources]
    kept = [s for s in kept if s.pairs]
    if not kept:
        raise ConfigurationError("data: nothing is left to train on")
    return kept


def held_back_files(data: DataConfig) -> list[PairFiles]:
    """Return the pairs that a run holds back for its figures: those of a disaster or of a fold; else ``validation``.

    What is left out of the training but always trained on elsewhere is not among them. A name may stand in several
    folders: only the pairs that are not trained on are returned. Empty when the configuration names none.

    Raises:
        ConfigurationError: the held-back disaster does not exist.
        DatasetError: a file of the data set is missing or unusable.
    """
    sources = _sources(data) if data.holdout_disaster or data.folds else []
    chosen = {id(p) for p in _held_back(data, sources)} if sources else set()
    if not chosen:
        return [] if data.validation is None else list_pairs(data.validation)
    always = {said.folder for said in data.train if said.always}
    return [f for pair, f in _placed(data, sources) if id(pair) in chosen and f.folder not in always]


def trained_files(data: DataConfig) -> list[PairFiles]:
    """Return the pairs that a run trains on.

    Raises:
        ConfigurationError: the held-back disaster does not exist.
        DatasetError: a file of the data set is missing or unusable.
    """
    sources = _sources(data)
    held_back = {id(p) for p in _held_back(data, sources)}
    return [files for pair, files in _placed(data, sources) if id(pair) not in held_back]


def hold_back_alike(first: DataConfig, second: DataConfig) -> bool:
    """Return whether two runs hold the same pairs back.

    Raises:
        ConfigurationError: a held-back disaster does not exist.
        DatasetError: a file of the data set is missing or unusable.
    """
    if _choice(first) == _choice(second):
        return True  # without opening the data, which may lie elsewhere by now
    one, two = ({f.identity for f in held_back_files(data)} for data in (first, second))
    return one == two


def _choice(data: DataConfig) -> tuple[object, ...]:
    """Return everything on which it depends what is held back."""
    folders = sorted((s.folder.resolve(), s.always, s.post_only, s.enlarge) for s in data.train)
    validation = None if data.validation is None else data.validation.resolve()
    disasters = [data.holdout_disaster] if isinstance(data.holdout_disaster, str) else data.holdout_disaster
    return folders, validation, disasters, data.folds, data.fold, data.labels


def _sources(data: DataConfig) -> list[Source]:
    return [Source(cache_folder(s.folder, data.cache, data.labels, s.layout), s.weight) for s in data.train]


def _placed(data: DataConfig, sources: list[Source]) -> Iterator[tuple[CachedPair, PairFiles]]:
    """Yield every pair with its files."""
    for said, source in zip(data.train, sources, strict=True):
        for pair in source.pairs:
            yield pair, PairFiles(pair.name, said.folder, said.layout)


def _held_back(data: DataConfig, sources: list[Source]) -> list[CachedPair]:
    """Return what is not trained on: the pairs of a disaster or a fold, and what shows the same ground as these."""
    everything = [p for source in sources for p in source.pairs]
    chosen = _of_disasters(data, everything)
    if data.folds is not None and data.fold is not None:
        dealt = [p for said, source in zip(data.train, sources, strict=True) if not said.always for p in source.pairs]
        try:
            chosen += folds(dealt, data.folds)[data.fold][1]
        except ValueError as error:
            raise ConfigurationError(f"data.folds: {error}") from error
    grounds = same_ground([p.ground for p in everything])
    held = {id(p) for p in chosen}
    places = {place for pair, place in zip(everything, grounds, strict=True) if id(pair) in held}
    return [pair for pair, place in zip(everything, grounds, strict=True) if place in places]


def _of_disasters(data: DataConfig, pairs: list[CachedPair]) -> list[CachedPair]:
    """Return the pairs and images of the disasters that are held back, wherever they lie."""
    if data.holdout_disaster is None:
        return []
    by_disaster = leave_one_disaster_out(pairs)
    named = [data.holdout_disaster] if isinstance(data.holdout_disaster, str) else data.holdout_disaster
    for disaster in named:
        if disaster not in by_disaster:
            known = nearest(disaster, by_disaster)
            raise ConfigurationError(f"data.holdout_disaster: no pair of {disaster!r}{known}")
    return [pair for disaster in named for pair in by_disaster[disaster][1]]
