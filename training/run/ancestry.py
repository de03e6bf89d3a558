"""What a network had seen before its run began: the pairs that the runs of its start weights were trained on.

A run that holds back pairs which its start weights know would be measured by what it has learnt, and every figure taken
from it afterwards would flatter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..data.datasets import held_back_files, trained_files
from ..data.folder.dataset_error import DatasetError
from ..section import ConfigurationError
from .configuration import Configuration
from .folder import configuration_of


def check_ancestors(config: Configuration) -> None:
    """Refuse a run that holds back pairs on which the weights it begins with were trained.

    Checkpoints without the configuration of their run, or whose data lie elsewhere by now, are taken on trust.

    Raises:
        ConfigurationError: some of the pairs held back were trained on.
        DatasetError: a file of the data set is missing or unusable.
    """
    paths = list(_ancestors(config, set()))
    if not paths:
        return
    held_back = {files.identity for files in held_back_files(config.data)}
    for path in paths:
        try:
            known = {files.identity for files in trained_files(configuration_of(path).data)}
        except (ConfigurationError, DatasetError):
            continue
        if both := held_back & known:
            raise ConfigurationError(
                f"{path}: was trained on {len(both)} of the {len(held_back)} pairs that this run holds back: "
                "its figures would flatter; hold back the same pairs as that run did, or begin with other weights"
            )


def _ancestors(config: Configuration, met: set[Path]) -> Iterator[Path]:
    """Yield the checkpoints that a run begins with, those that their runs began with, and so on."""
    for path in (config.start, config.localization):
        if path is None or path.resolve() in met:
            continue
        met.add(path.resolve())
        yield path
        try:
            yield from _ancestors(configuration_of(path), met)
        except ConfigurationError:
            continue
