"""The sample of a result, divided among zones."""

from dataclasses import replace

import numpy as np
import pytest

from xview2_qgis.engine.sampling.draw import draw_sample
from xview2_qgis.engine.sampling.frame import Frame
from xview2_qgis.engine.zones.building_rows import NOTHING, BuildingRows
from xview2_qgis.engine.zones.domain_sample import DomainSample
from xview2_qgis.engine.zones.ranges import LEAST_REVIEWED, estimates_of, ranges_of
from xview2_qgis.protocol.totals.category import CATEGORIES, UNKNOWN
from xview2_qgis.protocol.totals.review_sample import BuildingNow, ReviewSample, SampledBuilding, totals_of

COUNT = 1200
DESTROYED = 3


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(8)
    likely = rng.dirichlet([3, 0.4, 0.3, 0.6], COUNT)
    return Frame(np.arange(1, COUNT + 1), likely.argmax(axis=1), likely, rng.random(COUNT) < 0.03)


@pytest.fixture(scope="module")
def truth(frame):
    rng = np.random.default_rng(9)
    return np.array([rng.choice(4, p=likely) for likely in frame.probabilities])


def drawn(frame, size=200, seed=3):
    rows = draw_sample(frame, size, seed)
    buildings = (
        SampledBuilding(r.building_id, r.stratum, r.stratum_size, r.probabilities, r.stratum_means) for r in rows
    )
    return ReviewSample(tuple(buildings), seed, "")


def rows_of(frame, truth, sample):
    known = np.isin(frame.ids, [building.building_id for building in sample.buildings])
    reviews = np.where(known, truth, NOTHING)
    final = np.where(known, truth, frame.classes)
    classes = frame.classes.astype(np.int64)
    shapes = np.full(COUNT, None, object)
    return BuildingRows(shapes, frame.ids, final, reviews, classes, classes, frame.probabilities, np.ones(COUNT))


def divided(rows, sample, zones, count=3):
    found = DomainSample(sample, count)
    half = len(rows.ids) // 2
    for part in (slice(0, half), slice(half, None)):  # in batches
        cut = BuildingRows(*(getattr(rows, name)[part] for name in rows.__dataclass_fields__))
        found.add(zones[part], cut)
    return found


@pytest.fixture(scope="module")
def zones():
    return np.repeat([0, 1, 2, -1], [700, 400, 60, COUNT - 1160])


def test_the_whole_is_what_the_totals_say(frame, truth, zones):
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    whole = divided(rows, sample, zones).whole()
    words = [CATEGORIES[number] for number in rows.final.tolist()]
    reviews = [None if number == NOTHING else CATEGORIES[number] for number in rows.reviews.tolist()]
    now = [BuildingNow(*row) for row in zip(frame.ids.tolist(), words, reviews, words, strict=True)]
    totals = totals_of(sample, now)
    found = estimates_of(*whole)
    for name, total in (
        ("buildings", totals.buildings), ("damaged", totals.damaged), ("destroyed", totals.categories[DESTROYED]),
    ):  # fmt: skip
        assert found[name].value == pytest.approx(total.estimate.value)
        assert found[name].low == pytest.approx(total.estimate.low)
        assert found[name].high == pytest.approx(total.estimate.high)


def test_zones_with_enough_reviewed_buildings_have_ranges_that_hold_the_truth(frame, truth, zones):
    sample = drawn(frame)
    found = divided(rows_of(frame, truth, sample), sample, zones)
    domains, (_, slope) = found.domains(), found.whole()
    assert len(domains) == 4
    assert sum(domain.outlines for domain in domains) == COUNT
    assert sum(domain.reviewed for domain in domains) == 200
    for zone in (0, 1):
        ranges = ranges_of(domains[zone], slope)
        true = int((truth[zones == zone] == DESTROYED).sum())
        assert ranges["destroyed"].low <= true <= ranges["destroyed"].high
        assert ranges["destroyed"].high - ranges["destroyed"].low < 0.4 * (zones == zone).sum()
        assert ranges["buildings"].high <= (zones == zone).sum()
        order = [ranges[name].value for name in ("buildings", "damaged", "major_or_worse", "destroyed")]
        assert order == sorted(order, reverse=True)
    small = domains[2]
    assert small.reviewed < LEAST_REVIEWED or ranges_of(small, slope)


def test_few_reviewed_buildings_give_no_range(frame, truth):
    sample = drawn(frame, 60)
    few = np.where(np.arange(COUNT) < 40, 0, 1)
    found = divided(rows_of(frame, truth, sample), sample, few, 2)
    assert ranges_of(found.domains()[0], 1.0) == {}
    assert ranges_of(found.domains()[1], 1.0)


def test_a_census_is_exact(frame, truth, zones):
    sample = drawn(frame, COUNT)
    found = divided(rows_of(frame, truth, sample), sample, zones)
    for zone, domain in enumerate(found.domains()[:3]):
        estimate = ranges_of(domain, found.whole()[1])["destroyed"]
        true = int((truth[zones == zone] == DESTROYED).sum())
        assert (estimate.low, estimate.value, estimate.high) == pytest.approx((true,) * 3)


def test_a_stratum_of_which_nothing_was_reviewed_widens_the_range(frame, truth, zones):
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    domain = divided(rows, sample, zones).domains()[0]
    full = ranges_of(domain, 0.0)["destroyed"]
    smallest = min(range(len(domain.parts)), key=lambda place: domain.parts[place].units.size)
    part = domain.parts[smallest]
    blind = replace(part, units=replace(part.units, categories=(), probabilities=()))
    parts = tuple(blind if place == smallest else one for place, one in enumerate(domain.parts))
    wider = ranges_of(replace(domain, parts=parts), 0.0)["destroyed"]
    assert wider.high - wider.low > full.high - full.low - 1e-9
    largest = max(range(len(domain.parts)), key=lambda place: domain.parts[place].units.size)
    part = domain.parts[largest]
    blind = replace(part, units=replace(part.units, categories=(), probabilities=()))
    parts = tuple(blind if place == largest else one for place, one in enumerate(domain.parts))
    assert ranges_of(replace(domain, parts=parts), 0.0) == {}


def test_what_is_known_counts_as_it_is(frame, truth, zones):
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    extra = BuildingRows(
        np.full(2, None, object), np.array([NOTHING, 9999]), np.array([DESTROYED, UNKNOWN]), np.array([DESTROYED, -1]),
        np.array([NOTHING, NOTHING]), np.array([NOTHING, NOTHING]), np.full((2, 4), np.nan), np.ones(2),
    )  # fmt: skip
    found = divided(rows, sample, zones)
    before = ranges_of(found.domains()[0], 0.5)
    found.add(np.array([0, 0]), extra)
    after = ranges_of(found.domains()[0], 0.5)
    assert after["destroyed"].value == pytest.approx(before["destroyed"].value + 1)
    assert after["buildings"].low == pytest.approx(before["buildings"].low + 2)


def test_classes_that_were_adapted_after_the_draw(frame, truth, zones):
    """What the model said then is known; what an earlier adaptation said is not."""
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    other = (rows.model + 1) % 4
    assert divided(replace(rows, adapted=other), sample, zones).domains() is not None
    lost = divided(replace(rows, adapted=other, model=other), sample, zones)
    assert lost.domains() is None
    assert lost.whole() is not None


def test_before_the_review_there_is_nothing(frame, truth, zones):
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    found = divided(replace(rows, reviews=np.full(COUNT, NOTHING)), sample, zones)
    assert found.domains() is None
    assert found.whole() is None


def test_a_deleted_building_of_the_sample_is_no_building_and_in_no_zone(frame, truth, zones):
    sample = drawn(frame)
    rows = rows_of(frame, truth, sample)
    gone = sample.drawn[0].building_id
    kept = rows.ids != gone
    cut = BuildingRows(*(getattr(rows, name)[kept] for name in rows.__dataclass_fields__))
    found = divided(cut, sample, zones[kept])
    assert sum(domain.outlines for domain in found.domains()) == COUNT - 1
    assert estimates_of(*found.whole())["buildings"].high <= COUNT - 1
