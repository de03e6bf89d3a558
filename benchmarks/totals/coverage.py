"""``python -m benchmarks.totals.coverage``: how often the intervals of the totals hold the true number, as a table.

Populations are drawn, not real: classes by given shares, the model's probabilities from noisy scores, so that rare
classes, small results and models that are wrong or much too sure are all there. Each draw goes through the product:
strata, allocation, random draw, and the totals of the review.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.sampling.draw import draw_sample
from xview2_qgis.engine.sampling.frame import Frame
from xview2_qgis.protocol.totals.category import CATEGORIES, NONE, UNKNOWN
from xview2_qgis.protocol.totals.review_sample import (
    DAMAGED,
    BuildingNow,
    ReviewSample,
    SampledBuilding,
    totals_of,
)


@dataclass(frozen=True)
class Population:
    """A result whose truth is known.

    Attributes:
        name: what it is an example of.
        size: buildings.
        shares: of the four classes, least damage first.
        sharpness: how well the scores of the model tell the classes apart.
        bias: added to the scores of the four classes.
        certainty: factor of the scores: above 1 the model is too sure.
        not_assessable: share of the outlines.
        no_building: share of the outlines.
        sample: buildings to draw.
    """

    name: str
    size: int
    shares: tuple[float, float, float, float]
    sharpness: float = 3.0
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    certainty: float = 1.0
    not_assessable: float = 0.02
    no_building: float = 0.03
    sample: int = 150


POPULATIONS = (
    Population("rare classes", 5000, (0.93, 0.04, 0.01, 0.02)),
    Population("very rare classes", 50_000, (0.97, 0.01, 0.01, 0.01), 4.0, no_building=0.002),
    Population("balanced classes", 5000, (0.4, 0.2, 0.2, 0.2), 2.5),
    Population("badly calibrated", 5000, (0.85, 0.08, 0.04, 0.03), 1.5, (0, -1, -1.5, 1.5), 2.5),
    Population("classes never given", 5000, (0.75, 0.12, 0.09, 0.04), 1.5, (3, -3, -3, 0), no_building=0.1),
    Population("small", 300, (0.8, 0.1, 0.05, 0.05), sample=60),
    Population("tiny", 60, (0.8, 0.1, 0.05, 0.05), sample=30),
)


@dataclass(frozen=True)
class Coverage:
    """What came of many draws from one population, for each category and then for minor damage or worse, (7,).

    Attributes:
        true: true numbers.
        mean: means of the estimates.
        width: mean widths of the intervals.
        held: shares of the intervals that hold the true number.
    """

    true: NDArray[np.float64]
    mean: NDArray[np.float64]
    width: NDArray[np.float64]
    held: NDArray[np.float64]


def simulate(population: Population, draws: int, seed: int = 0) -> Coverage:
    """Draw samples of a population, let the truth review them, and compare the totals with it."""
    rng = np.random.default_rng(seed)
    truth, frame = made(population, rng)
    words = [CATEGORIES[number] for number in truth.tolist()]
    counts = np.bincount(truth, minlength=len(CATEGORIES)).astype(np.float64)
    true = np.append(counts, counts[list(DAMAGED)].sum())
    found = np.empty((draws, len(true), 3))
    for draw in range(draws):
        rows = draw_sample(frame, population.sample, int(rng.integers(2**31)))
        sample = ReviewSample(
            tuple(
                SampledBuilding(r.building_id, r.stratum, r.stratum_size, r.probabilities, r.stratum_means)
                for r in rows
            ),
            0,
            "",
        )
        reviewed = [BuildingNow(r.building_id, "", words[r.building_id], words[r.building_id]) for r in rows]
        totals = totals_of(sample, reviewed)
        for index, line in enumerate((*totals.categories, totals.damaged)):
            assert line.estimate is not None  # all of the sample has been reviewed
            found[draw, index] = line.estimate.value, line.estimate.low, line.estimate.high
    value, low, high = np.moveaxis(found, 2, 0)
    held = (low <= true + 1e-6) & (true - 1e-6 <= high)
    return Coverage(true, value.mean(axis=0), (high - low).mean(axis=0), held.mean(axis=0))


def made(population: Population, rng: np.random.Generator) -> tuple[NDArray[np.intp], Frame]:
    """Return the true category of each building, and what the model says of it."""
    size, shares = population.size, np.array(population.shares)
    damage = rng.choice(4, size=size, p=shares)
    noise = rng.normal(0.0, 0.7 * np.sqrt(population.sharpness), (size, 4))
    scores = np.log(shares) + population.sharpness * np.eye(4)[damage] + noise
    scores = scores * population.certainty + population.bias
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    chance = rng.random(size)
    truth = np.where(chance < population.not_assessable, UNKNOWN, damage)
    truth = np.where(chance > 1 - population.no_building, NONE, truth)
    return truth, Frame(np.arange(size), likely.argmax(axis=1), likely, np.zeros(size, bool))


def table(populations: tuple[Population, ...], draws: int) -> str:
    """Return the table in Markdown."""
    lines = [
        f"| population ({draws} draws each) | category | true | mean estimate | mean width | held |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for population in populations:
        found = simulate(population, draws)
        title = f"{population.name}: {population.sample} of {population.size:,}"
        for index, category in enumerate((*CATEGORIES, "damaged")):
            figures = (found.true[index], found.mean[index], found.width[index])
            cells = " | ".join(f"{figure:,.0f}" for figure in figures)
            lines.append(f"| {title} | {category} | {cells} | {found.held[index]:.1%} |")
    return "\n".join(lines)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.totals.coverage", description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000, metavar="N")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="buildings to draw, instead of those of the populations"
    )
    options = parser.parse_args()
    chosen = POPULATIONS
    if options.sample:
        chosen = tuple(replace(population, sample=options.sample) for population in POPULATIONS)
    print(table(chosen, options.draws))


if __name__ == "__main__":
    main()
