"""A sample and the buildings of a result as they are now."""

from dataclasses import replace

import pytest

from xview2_qgis.protocol.totals.category import CATEGORIES, LABELS, category_of
from xview2_qgis.protocol.totals.review_sample import BuildingNow, ReviewSample, SampledBuilding, totals_of
from xview2_qgis.protocol.totals.sample_table import REVIEWED_BEFORE
from xview2_qgis.protocol.totals.totals_table import table_rows, totals_text

MEANS = (0.7, 0.1, 0.1, 0.1)
#: Ten of a stratum of 100.
SAMPLE = ReviewSample(tuple(SampledBuilding(n, "no-damage, sure", 100, MEANS, MEANS) for n in range(1, 11)), 3, "")


def result(reviews=()):
    """A hundred buildings without damage by the model, some of them reviewed."""
    words = dict(reviews)
    return [BuildingNow(n, "no-damage", words.get(n), words.get(n, "no-damage")) for n in range(1, 101)]


ALL = {n: "no-damage" for n in range(1, 10)} | {10: "destroyed"}


def test_plain_counts_need_no_sample():
    totals = totals_of(None, result({5: "destroyed", 6: "no-building"}))
    assert [line.plain for line in totals.categories] == [98, 0, 0, 1, 0, 1]
    assert (totals.damaged.plain, totals.buildings.plain, totals.outlines) == (1, 99, 100)
    assert all(line.estimate is None for line in totals.categories)


def test_estimates_of_a_reviewed_sample():
    totals = totals_of(SAMPLE, result(ALL))
    destroyed = totals.categories[3].estimate
    assert (totals.sampled, totals.reviewed, totals.complete) == (10, 10, True)
    assert destroyed.value == pytest.approx(10)
    assert 1 <= destroyed.low < 5
    assert 20 < destroyed.high < 60
    assert totals.buildings.estimate.value == pytest.approx(100)


def test_reviews_outside_the_sample_change_no_estimate():
    before = totals_of(SAMPLE, result(ALL))
    after = totals_of(SAMPLE, result(ALL | {n: "destroyed" for n in range(50, 90)}))
    assert after.categories[3].plain == 41
    assert [line.estimate for line in after.categories] == [line.estimate for line in before.categories]


def test_buildings_reviewed_before_the_draw_are_known_and_stand_for_themselves_only():
    old = tuple(SampledBuilding(n, REVIEWED_BEFORE, 20, MEANS, MEANS) for n in range(81, 101))
    rest = tuple(replace(building, stratum_size=80) for building in SAMPLE.buildings)
    totals = totals_of(replace(SAMPLE, buildings=(*old, *rest)), result(ALL | {n: "destroyed" for n in range(81, 101)}))
    assert (totals.sampled, totals.reviewed) == (10, 10)
    assert totals.categories[3].estimate.value == pytest.approx(20 + 8)
    assert totals.categories[3].estimate.low >= 21


def test_half_a_review_is_provisional_and_none_says_nothing():
    assert totals_of(SAMPLE, result()).categories[3].estimate is None
    half = totals_of(SAMPLE, result({n: "no-damage" for n in range(1, 6)}))
    assert (half.reviewed, half.complete) == (5, False)
    assert half.categories[0].estimate.value == pytest.approx(100)
    assert "Provisional" in totals_text(half)


def test_unseen_and_drawn_buildings_are_added_as_they_are_and_deleted_ones_are_no_buildings():
    buildings = [b for b in result(ALL) if b.building_id != 10]  # somebody deleted it
    buildings += [BuildingNow(200, "unknown", None, "unknown"), BuildingNow(201, "unknown", "destroyed", "destroyed")]
    buildings.append(BuildingNow(None, "unknown", "major-damage", "major-damage"))
    totals = totals_of(SAMPLE, buildings)
    assert totals.reviewed == 10
    values = [line.estimate.value for line in totals.categories]
    assert values == pytest.approx([90, 0, 1, 1, 1, 10])


@pytest.mark.parametrize(
    ("text", "category"),
    [(" Destroyed \r\n", 3), ("no-building", 5), ("unknown", 4), ("", None), (None, None), ("ruin", None), (3, None)],
)
def test_words_of_reviews(text, category):
    assert category_of(text) == category


def test_each_category_has_a_label():
    assert len(CATEGORIES) == len(LABELS) == 6


def test_the_table_never_rounds_a_bound_towards_the_estimate():
    rows = {row.name: row for row in table_rows(totals_of(SAMPLE, result(ALL)))}
    counted, estimate, bounds = rows["destroyed"].shown
    low, high = (int(text) for text in bounds.split(" – "))
    assert (counted, estimate) == ("1", "10")
    assert low <= rows["destroyed"].low
    assert high >= rows["destroyed"].high
    assert list(rows) == [
        "buildings", "damaged", "destroyed", "major-damage", "minor-damage", "no-damage", "unknown", "no-building",
    ]  # fmt: skip
    assert rows["destroyed"].cells[:3] == ("destroyed", 1, 10.0)


def test_without_a_sample_the_text_says_how_to_get_one():
    assert "xview2 sample" in totals_text(totals_of(None, result()))
