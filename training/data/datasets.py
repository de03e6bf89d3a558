"""The data of a run: which pairs are trained on, which are held back."""

from __future__ import annotations

from collections.abc import Iterator

from ..section import ConfigurationError, nearest
from .cache import CachedPair, cache_folder
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

    A name may stand in several folders: only the pairs that are not trained on are returned. Empty when the
    configuration names none.

    Raises:
        ConfigurationError: the held-back disaster does not exist.
        DatasetError: a file of the data set is missing or unusable.
    """
    sources = _sources(data) if data.holdout_disaster or data.folds else []
    chosen = {id(p) for p in _held_back(data, sources)} if sources else set()
    if not chosen:
        return [] if data.validation is None else list_pairs(data.validation)
    return [files for pair, files in _placed(data, sources) if id(pair) in chosen]


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
    folders = sorted((s.folder.resolve(), s.always) for s in data.train)
    validation = None if data.validation is None else data.validation.resolve()
    disasters = [data.holdout_disaster] if isinstance(data.holdout_disaster, str) else data.holdout_disaster
    return folders, validation, disasters, data.folds, data.fold, data.labels


def _sources(data: DataConfig) -> list[Source]:
    return [Source(cache_folder(s.folder, data.cache, data.labels), s.weight) for s in data.train]


def _placed(data: DataConfig, sources: list[Source]) -> Iterator[tuple[CachedPair, PairFiles]]:
    """Yield every pair with its files."""
    for said, source in zip(data.train, sources, strict=True):
        for pair in source.pairs:
            yield pair, PairFiles(pair.name, said.folder)


def _held_back(data: DataConfig, sources: list[Source]) -> list[CachedPair]:
    chosen: list[CachedPair] = []
    pairs = [p for said, source in zip(data.train, sources, strict=True) if not said.always for p in source.pairs]
    if data.holdout_disaster is not None:
        by_disaster = leave_one_disaster_out(pairs)
        named = [data.holdout_disaster] if isinstance(data.holdout_disaster, str) else data.holdout_disaster
        for disaster in named:
            if disaster not in by_disaster:
                known = nearest(disaster, by_disaster)
                raise ConfigurationError(f"data.holdout_disaster: no pair of {disaster!r}{known}")
            chosen += by_disaster[disaster][1]
    if data.folds is not None and data.fold is not None:
        try:
            chosen += folds(pairs, data.folds)[data.fold][1]
        except ValueError as error:
            raise ConfigurationError(f"data.folds: {error}") from error
    return chosen
