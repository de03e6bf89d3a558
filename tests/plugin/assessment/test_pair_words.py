"""What the dialog says of a pair."""

from __future__ import annotations

from xview2_qgis.assessment.pair_report import PairReport
from xview2_qgis.assessment.pair_words import image_words, pair_words
from xview2_qgis.protocol.events import ImageFacts, PairFacts, Warned


def image(role="pre", acquired="", size=0.5):
    return ImageFacts(role, 1800, 1500, 4, "3, 2, 1", "colour interpretation", "uint8", size, acquired, "file name")


def report(pre="", post="", *warnings, overlap=630_000.0, sizes=(0.5, 0.6)):
    images = image("pre", pre, sizes[0]), image("post", post, sizes[1])
    return PairReport(*images, PairFacts(overlap, 1.0, 0.5), tuple(warnings), by_engine=True)


def test_an_image_in_one_line(qgis_app):
    assert image_words(image(acquired="2023-02-12T08:31Z")) == (
        "2023-02-12 08:31 UTC · 0.50 m · 1800 × 1500 px · bands 3, 2, 1 of 4"
    )
    assert image_words(ImageFacts("pre", 20, 10, 1)) == "date unknown · 20 × 10 px · 1 band"
    assert image_words(ImageFacts("pre", 20, 10, 3, "1, 2, 3")).endswith(" · 3 bands")
    assert image_words(None) == ""


def test_a_pair_that_fits(qgis_app):
    words = pair_words(report("2023-02-01", "2023-02-12T08:31Z"))
    assert words.text == "✔ 0.63 km² overlap · pixels of 0.60 m · 2023-02-01 → 2023-02-12"
    assert not words.doubtful
    assert "is the order right?" in pair_words(report("2023-02-01", "")).text


def test_what_does_not_fit_comes_in_short_and_at_length(qgis_app):
    order = Warned("dates-order", "the pre-event image is dated later: check the order")
    coarse = Warned("coarse-pixels", "the pixels of the post-event image a.tif are 2 m wide: use finer ones")
    small = Warned("small-overlap", "the images overlap on 0.01 km² only")
    other = Warned("low-contrast", "the values of a.tif use a quarter of the levels")
    found = pair_words(report("2023-02-12", "2023-02-01", order, coarse, small, other, overlap=9_000, sizes=(0.5, 2.0)))
    assert found.doubtful
    assert found.text.splitlines() == [
        "⚠ The pre-event image (2023-02-12) is newer than the post-event image (2023-02-01): swap them?",
        "⚠ The pixels of the post-event image (2.00 m) are too coarse for this model (0.50 m): damage is not seen.",
        "⚠ The images overlap on 0.009 km² only: do both show the same place?",
        "1 more: rest the mouse here.",
    ]
    assert found.details.count("\n\n") == 3
    assert "The values of a.tif" in found.details


def test_the_same_day(qgis_app):
    warning = Warned("dates-order", "both images have the same date")
    assert pair_words(report("2023-02-06", "2023-02-06", warning)).text == (
        "⚠ Both images are of the same day, 2023-02-06."
    )


def test_words_in_names_without_dates_are_told_as_the_engine_tells_them(qgis_app):
    warning = Warned("dates-order", "by their names post.tif is the post-event image")
    assert pair_words(report("", "", warning)).text == "⚠ By their names post.tif is the post-event image."


def test_what_qgis_knows_alone(qgis_app):
    images = image("pre", "2023-02-12"), image("post", "2023-02-01")
    found = pair_words(PairReport(*images, PairFacts(0.0)))
    assert [line.split(" ")[1] for line in found.text.splitlines()] == ["The", "The"]
    assert "do not overlap" in found.text
    assert "✔" not in pair_words(PairReport(*images[::-1], PairFacts(1e6))).text


def test_a_failure(qgis_app):
    found = pair_words(PairReport(image(), image("post"), failure="The file is damaged: load it again."))
    assert (found.text, found.doubtful) == ("The file is damaged: load it again.", True)


def test_whose_colours_are_exchanged(qgis_app):
    for options, words in (
        ("--pre-bands", "⚠ Red and blue of the pre-event image seem"),
        ("--post-bands", "⚠ Red and blue of the post-event image seem"),
        ("--pre-bands or --post-bands", "⚠ Red and blue of one of the images seem"),
    ):
        warning = Warned("bands-exchanged", f"red and blue of a.tif seem to be exchanged: give them with {options}")
        assert pair_words(report("2023-02-01", "2023-02-12", warning)).text.startswith(words)
