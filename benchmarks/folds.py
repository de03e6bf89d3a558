"""Parts of a cross-validation: the same pairs as ``xview2-train fit`` holds back."""

from __future__ import annotations

from pathlib import Path

from training.data.cache import cache_folder
from training.data.splits import folds


def held_back_names(folders: list[Path], count: int) -> list[set[str]]:
    """Return the names of the pairs of each part.

    Args:
        folders: in xBD's layout, in any order.
        count: number of parts.
    """
    cached = [pair for folder in folders for pair in cache_folder(folder, Path(".cache/training"), "ours")]
    return [{p.name for p in part} for _, part in folds(cached, count)]
