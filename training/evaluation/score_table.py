"""Scores by disaster: a table that does not collapse when a class is absent.

The official score of one disaster is near 0.3 × localization as soon as one of the four classes does not occur in it.
The means here are taken over the classes that occur; one that does not is shown as "–".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xview2_qgis.engine.scoring.challenge import CLASS_KEYS, Confusion, Score

from .object_scoring import ObjectScore

ABSENT = "–"
CLASS_HEADINGS = ("none", "minor", "major", "destroyed")


@dataclass(frozen=True)
class PairScore:
    """Scores of one pair.

    Attributes:
        disaster: name of the event.
        pixels: counts of pixels.
        objects: counts of buildings; ``None`` where they were not counted.
    """

    disaster: str
    pixels: Score
    objects: ObjectScore | None = None


@dataclass
class ScoreRow:
    """Scores of one disaster, or of several together.

    Attributes:
        name: the disaster, or what the row sums.
        held_out: whether the network has not been trained on this disaster.
        pairs: number of pairs.
        pixels: counts of pixels.
        objects: counts of buildings; ``None`` where they were not counted.
    """

    name: str
    held_out: bool = False
    pairs: int = 0
    pixels: Score = field(default_factory=Score)
    objects: ObjectScore | None = None

    def add(self, pair: PairScore) -> None:
        """Count a pair."""
        self.pairs += 1
        self.pixels.include(pair.pixels)
        if pair.objects is not None:
            self.objects = self.objects or ObjectScore()
            self.objects.include(pair.objects)

    @property
    def localization_f1(self) -> float | None:
        """F1 of building pixels, ``None`` when there is no building."""
        return _f1(self.pixels.localization)

    @property
    def damage_f1(self) -> float | None:
        """Harmonic mean of the F1 of the classes that occur, ``None`` when none does or damage was not predicted."""
        present = any(c.present for c in self.pixels.damage)
        return self.pixels.present_damage_f1 if present and self.pixels.rates_damage else None

    @property
    def score(self) -> float | None:
        """``0.3 · localization F1 + 0.7 · damage F1`` with the means of this table; ``None`` if one is missing."""
        localization, damage = self.localization_f1, self.damage_f1
        return None if localization is None or damage is None else 0.3 * localization + 0.7 * damage

    def as_dict(self) -> dict[str, object]:
        """Return the figures and counts; ``None`` for what does not occur."""
        rated = self.pixels.rates_damage
        values: dict[str, object] = {
            "name": self.name,
            "held_out": self.held_out,
            "pairs": self.pairs,
            "score": self.score,
            "localization_f1": self.localization_f1,
            "damage_f1": self.damage_f1,
            **{f"damage_f1_{k}": _f1(c) if rated else None for k, c in _by_class(self.pixels)},
            **{f"pixels_{k}": c.actual if rated else None for k, c in _by_class(self.pixels)},
            "official": self.pixels.as_dict(),
        }
        if self.objects is not None:
            counts = {f"buildings_{k}": int(n) for k, n in zip(CLASS_KEYS, _buildings(self.objects), strict=True)}
            total = {"buildings": self.objects.localization.actual}
            values["objects"] = {**self.objects.as_dict(), **total, **counts}
            values["confusion"] = self.objects.matrix.tolist()
        return values


@dataclass(frozen=True)
class ScoreTable:
    """Rows by disaster and one that sums them; held-out disasters stand last and are not summed with the others."""

    rows: tuple[ScoreRow, ...]

    def row(self, name: str) -> ScoreRow:
        """Return a row by its name.

        Raises:
            KeyError: there is no such row.
        """
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)

    def as_dict(self) -> dict[str, object]:
        """Return all rows, ready for JSON."""
        return {"rows": [row.as_dict() for row in self.rows]}

    def text(self) -> str:
        """Return the tables in columns of fixed width."""
        return "\n\n".join(f"{title}\n{_fixed_width(cells)}" for title, cells in self._tables())

    def _tables(self) -> list[tuple[str, list[list[str]]]]:
        tables = [("F1 of pixels, means over the classes that occur", _pixel_cells(self.rows))]
        if any(row.objects for row in self.rows):
            tables.append(("F1 of buildings that match with IoU of at least 0.5", _object_cells(self.rows)))
        return tables


def tabulate(pairs: Iterable[PairScore], holdout_disaster: str | None = None) -> ScoreTable:
    """Sum scores of pairs by disaster.

    Args:
        pairs: scores of pairs in any order.
        holdout_disaster: a disaster that the network has not seen: it gets a row of its own and is left out of the sum.
    """
    rows: dict[str, ScoreRow] = {}
    pooled = ScoreRow("all" if holdout_disaster is None else "all others")
    for pair in pairs:
        held_out = pair.disaster == holdout_disaster
        rows.setdefault(pair.disaster, ScoreRow(pair.disaster, held_out)).add(pair)
        if not held_out:
            pooled.add(pair)
    ordered = sorted(rows.values(), key=lambda r: r.name)
    seen, unseen = [r for r in ordered if not r.held_out], [r for r in ordered if r.held_out]
    return ScoreTable((*seen, *([pooled] if seen else []), *unseen))


def _pixel_cells(rows: Sequence[ScoreRow]) -> list[list[str]]:
    header = ["disaster", "pairs", "score", "localization", "damage", *CLASS_HEADINGS]
    cells = [[*header, *(f"{name} px" for name in CLASS_HEADINGS)]]
    for row in rows:
        rated = row.pixels.rates_damage
        figures = [row.score, row.localization_f1, row.damage_f1]
        figures += [_f1(c) if rated else None for c in row.pixels.damage]
        counts = [str(c.actual) if rated else ABSENT for c in row.pixels.damage]
        cells.append([_title(row), str(row.pairs), *map(_figure, figures), *counts])
    return cells


def _object_cells(rows: Sequence[ScoreRow]) -> list[list[str]]:
    header = ["disaster", "buildings", "localization", "precision", "recall", "damage", *CLASS_HEADINGS]
    cells = [[*header, *(f"{name} n" for name in CLASS_HEADINGS)]]
    for row in rows:
        if row.objects is None:
            continue
        found, rated = row.objects.localization, row.objects.rates_damage
        classes = [row.objects.damage(value) for value in (1, 2, 3, 4)]
        figures = [_f1(found), found.precision, found.recall, row.objects.damage_f1]
        figures += [_f1(c) if rated else None for c in classes]
        counts = [str(n) if rated else ABSENT for n in _buildings(row.objects)]
        cells.append([_title(row), str(found.actual), *map(_figure, figures), *counts])
    return cells


def _title(row: ScoreRow) -> str:
    return f"{row.name} (held out)" if row.held_out else row.name


def _figure(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.3f}"


def _f1(counts: Confusion) -> float | None:
    return counts.f1 if counts.present else None


def _by_class(score: Score) -> list[tuple[str, Confusion]]:
    return list(zip(CLASS_KEYS, score.damage, strict=True))


def _buildings(objects: ObjectScore) -> list[int]:
    """True buildings of the classes 1…4."""
    return [objects.damage(value).actual for value in (1, 2, 3, 4)]


def _fixed_width(cells: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for line in cells:
        name, *figures = (
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        lines.append("  ".join([name, *figures]))
    return "\n".join(lines)
