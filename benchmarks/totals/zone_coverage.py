"""``python -m benchmarks.totals.zone_coverage``: how often the ranges of zones hold the true number, as a table.

The populations are those of :mod:`.coverage`, in zones that differ as districts do: some are large, some small, and
damage is concentrated in some. Each draw goes through the product: strata, allocation, random draw, and the ranges of
the zones from the review.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.sampling.draw import draw_sample
from xview2_qgis.engine.sampling.frame import Frame
from xview2_qgis.engine.zones.building_rows import NOTHING, BuildingRows
from xview2_qgis.engine.zones.domain_sample import DomainSample
from xview2_qgis.engine.zones.ranges import ESTIMATED, ranges_of
from xview2_qgis.protocol.totals.review_sample import ReviewSample, SampledBuilding

from .coverage import POPULATIONS, Population, made

#: Shares of the buildings in each zone, and how much likelier damaged ones are there than elsewhere.
_SIZES = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
_DAMAGE = np.array([0.5, 1.0, 3.0, 1.0, 6.0, 0.3])


@dataclass(frozen=True)
class ZoneCoverage:
    """What came of many draws, for each zone and each of the numbers that are estimated, (zones, 4).

    Attributes:
        true: true numbers.
        mean: mean estimates where there was one, NaN where there never was.
        width: mean widths of the ranges.
        held: shares of the ranges that hold the true number.
        given: shares of the draws in which the zone had a range, (zones,).
    """

    true: NDArray[np.float64]
    mean: NDArray[np.float64]
    width: NDArray[np.float64]
    held: NDArray[np.float64]
    given: NDArray[np.float64]


def simulate_zones(population: Population, draws: int, seed: int = 0) -> ZoneCoverage:
    """Draw samples of a population, let the truth review them, and compare the ranges of its zones with it."""
    rng = np.random.default_rng(seed)
    truth, frame = made(population, rng)
    zones = _zones(truth, rng)
    members = list(ESTIMATED.values())
    true = np.array([[np.isin(truth[zones == zone], m).sum() for m in members] for zone in range(len(_SIZES))])
    found = np.full((draws, len(_SIZES), len(members), 3), np.nan)
    for draw in range(draws):
        rows = draw_sample(frame, population.sample, int(rng.integers(2**31)))
        sampled = (
            SampledBuilding(r.building_id, r.stratum, r.stratum_size, r.probabilities, r.stratum_means) for r in rows
        )
        sample = DomainSample(ReviewSample(tuple(sampled), 0, ""), len(_SIZES))
        sample.add(zones, _reviewed(frame, truth, [row.building_id for row in rows]))
        domains, whole = sample.domains(), sample.whole()
        assert domains is not None  # all of the sample has been reviewed
        assert whole is not None
        for zone, domain in enumerate(domains[:-1]):
            for place, estimate in enumerate(ranges_of(domain, whole[1]).values()):
                found[draw, zone, place] = estimate.value, estimate.low, estimate.high
    value, low, high = np.moveaxis(found, 3, 0)
    given = np.isfinite(value[:, :, 0])
    held = (low <= true + 1e-6) & (true - 1e-6 <= high)
    times = np.where(given.sum(axis=0) > 0, given.sum(axis=0), np.nan)[:, None]
    return ZoneCoverage(
        true.astype(np.float64), np.nansum(value, axis=0) / times, np.nansum(high - low, axis=0) / times,
        (held & given[:, :, None]).sum(axis=0) / times, given.mean(axis=0),
    )  # fmt: skip


def _zones(truth: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the zone of each building: damaged ones are concentrated in some."""
    damaged = np.isin(truth, (1, 2, 3))
    zones = rng.choice(len(_SIZES), len(truth), p=_SIZES)
    likely = _SIZES * _DAMAGE / (_SIZES * _DAMAGE).sum()
    zones[damaged] = rng.choice(len(_SIZES), int(damaged.sum()), p=likely)
    return zones


def _reviewed(frame: Frame, truth: NDArray[np.intp], drawn: list[int]) -> BuildingRows:
    reviews = np.full(len(truth), NOTHING, np.int64)
    reviews[drawn] = truth[drawn]
    count, classes = len(truth), frame.classes.astype(np.int64)
    final = np.where(reviews == NOTHING, classes, reviews)
    shapes = np.full(count, None, object)
    return BuildingRows(shapes, frame.ids, final, reviews, classes, classes, frame.probabilities, np.ones(count))


def table(populations: tuple[Population, ...], draws: int) -> str:
    """Return the table in Markdown."""
    lines = [
        f"| population ({draws} draws each) | zone | number of | true | mean | mean width | held | range given |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for population in populations:
        found = simulate_zones(population, draws)
        title = f"{population.name}: {population.sample} of {population.size:,}"
        for zone, given in enumerate(found.given.tolist()):
            for place, name in enumerate(ESTIMATED):
                figures = found.true[zone, place], found.mean[zone, place], found.width[zone, place]
                cells = " | ".join("–" if figure != figure else f"{figure:,.0f}" for figure in figures)
                held = found.held[zone, place]
                shown = "–" if held != held else f"{held:.1%}"
                lines.append(f"| {title} | {zone + 1} | {name} | {cells} | {shown} | {given:.0%} |")
    return "\n".join(lines)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.totals.zone_coverage", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--draws", type=int, default=1000, metavar="N")
    options = parser.parse_args()
    print(table(POPULATIONS, options.draws))


if __name__ == "__main__":
    main()
