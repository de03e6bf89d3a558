"""The pairs that are distorted: those with most damage, of each disaster in turn."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, zip_longest

import geopandas

from training.data.xbd import PairFiles

_DAMAGED = ("minor-damage", "major-damage", "destroyed")


def damaged_pairs(pairs: list[PairFiles], truth: geopandas.GeoDataFrame, most: int) -> list[PairFiles]:
    """Return pairs with damaged buildings: of each disaster the one with most of them, then the next of each.

    Args:
        pairs: what there is to choose from.
        truth: labelled buildings with ``tile`` and ``subtype``; pairs without any are left out.
        most: number of pairs at most.
    """
    counts = truth[truth["subtype"].isin(_DAMAGED)].groupby("tile").size().to_dict()
    by_disaster: defaultdict[str, list[PairFiles]] = defaultdict(list)
    for pair in sorted((p for p in pairs if p.name in counts), key=lambda p: (-counts[p.name], p.name)):
        by_disaster[pair.disaster].append(pair)
    turns = zip_longest(*(by_disaster[name] for name in sorted(by_disaster)))
    return [pair for pair in chain.from_iterable(turns) if pair is not None][:most]
