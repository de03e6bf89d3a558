"""Parts of a protocol: what each of its runs holds back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..data.sources import DataConfig
from ..data.xbd import list_pairs
from ..run.configuration import Configuration
from ..section import ConfigurationError

#: Random parts of the pairs, or whole disasters.
Scheme = Literal["folds", "disasters"]


@dataclass(frozen=True)
class Part:
    """One run of a protocol.

    Attributes:
        name: also that of its folder.
        data: what it is trained on, and what it holds back.
    """

    name: str
    data: DataConfig

    def of(self, config: Configuration) -> Configuration:
        """Return the configuration of its run, in a folder below that of ``config``.

        ``{part}`` in the path of the weights to begin with is the name of this part: those of an earlier protocol with
        the same parts, which have not seen its pairs either.
        """
        run = config.run.model_copy(update={"folder": config.run.folder / self.name})
        start = None if config.start is None else Path(str(config.start).replace("{part}", self.name))
        return config.model_copy(update={"data": self.data, "start": start, "run": run})


def parts_of(config: Configuration, scheme: Scheme, most: int | None = None) -> list[Part]:
    """Return the parts of a protocol in their order.

    Args:
        config: of which ``data.folds`` says how many parts there are (five where it says nothing).
        scheme: ``folds`` or ``disasters``; of the latter, those of folders that are not ``always`` trained on.
        most: number of runs that disasters are spread over, at least two; a run then holds several of them back. By
            default each has its own.

    Raises:
        ConfigurationError: there are not two parts.
        DatasetError: a file of the data set is missing.
    """
    plain = config.data.model_copy(update={"folds": None, "fold": None, "holdout_disaster": None, "validation": None})
    if scheme == "folds":
        count = config.data.folds or 5
        return [Part(f"fold-{n}", plain.model_copy(update={"folds": count, "fold": n})) for n in range(count)]
    files = [f for said in config.data.train if not said.always for f in list_pairs(said.folder, said.layout)]
    counts = Counter(f.disaster for f in files)
    if len(counts) < 2:
        raise ConfigurationError("data.train: there are pairs of one disaster only, which cannot be left out")
    if most is None:
        return [Part(f"without-{n}", plain.model_copy(update={"holdout_disaster": n})) for n in sorted(counts)]
    groups = _groups(counts, min(most, len(counts)))
    return [Part("without-" + "+".join(g), plain.model_copy(update={"holdout_disaster": g})) for g in groups]


def _groups(counts: Counter[str], number: int) -> list[list[str]]:
    """Spread disasters over groups with about as many pairs each: the largest first, each to the smallest group."""
    groups: list[list[str]] = [[] for _ in range(number)]
    for name in sorted(counts, key=lambda n: (-counts[n], n)):
        min(groups, key=lambda group: sum(counts[n] for n in group)).append(name)
    return [sorted(group) for group in groups]
