import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.engine.result_scene import RUN, one_of_each
from xview2_qgis.engine.output.report.page import ReportFacts, render, write_report
from xview2_qgis.engine.output.summary import Summary
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_LABELS, Damage

VOID = {"meta", "img", "br", "rect", "line"}


class Outline(HTMLParser):
    """Tags, attributes and texts of a page; fails where tags do not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def summary_of(buildings):
    summary = Summary()
    for building in buildings:
        summary.add(building, 1250.0)
    return summary


def page(**changes):
    facts = {"title": "Mexico Beach", "summary": summary_of(one_of_each() * 3), "run": RUN, "assessed_m2": 2.5e6}
    return ReportFacts(**(facts | changes))


def test_the_page_needs_nothing_beside_it(tmp_path):
    write_report(tmp_path / "r.html", page(picture=b"picture"))
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    outline = Outline(text)
    assert not re.search(r"(?:src|href)=\"(?!data:)", text)
    assert "url(" not in text
    assert not outline.all("script")
    (image,) = outline.all("img")
    assert base64.b64decode(image["src"].split(",")[1]) == b"picture"
    assert "Destroyed: 3 buildings" in image["alt"]
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_counts_areas_and_bars():
    outline = Outline(render(page()))
    words = " ".join(" ".join(outline.words).split())
    for damage in Damage:
        share = "–" if damage is Damage.UNKNOWN else "25.0%"  # of the twelve that are visible
        assert f"{CLASS_LABELS[damage]} 3 {share} 3,750 m² (0.38 ha)" in words
    assert "Unknown: 3 of 15 buildings are not visible in the post-event image" in words
    assert "All 15 18,750 m² (1.88 ha)" in words
    assert "2,500,000 m² (250.00 ha)" in words
    bars = [rect for rect in outline.all("rect") if rect["fill"] in CLASS_COLOURS.values()]
    assert [bar["fill"] for bar in bars] == [CLASS_COLOURS[damage] for damage in sorted(Damage, reverse=True)]
    assert len({bar["width"] for bar in bars}) == 1
    assert all("aria-labelledby" in svg and svg["role"] == "img" for svg in outline.all("svg"))
    for fact in (
        RUN.pre,
        f"{RUN.model_licence} (not for commercial use)",
        RUN.model_checksum,
        RUN.provider,
        "12.5 s",
        "onnxruntime",
    ):
        assert fact in words


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2026-02-03T04:05:06+00:00", "2026-02-03 04:05 UTC"),
        ("2026-02-03T04:05:06+05:30", "2026-02-03 04:05 UTC+05:30"),
        ("2026-02-03T04:05:06-03:00", "2026-02-03 04:05 UTC-03:00"),
    ],
)
def test_moments_name_their_time_zone(iso, words):
    text = render(page(run=replace(RUN, started_at=iso)))
    assert text.count(words) == 2
    assert "T04:05" not in text


def test_bars_follow_the_counts():
    buildings = [b for b in one_of_each() for _ in range(1 + 3 * b.vote.damage)]
    outline = Outline(render(page(summary=summary_of(buildings))))
    widths = [float(r["width"]) for r in outline.all("rect") if r["fill"] in CLASS_COLOURS.values()]
    assert np.array(widths) == pytest.approx(np.array([13, 10, 7, 4, 1]) / 13 * widths[0], abs=0.1)


def test_texts_are_escaped():
    text = render(page(title="<script>alert(1)</script>", notes=("a < b & c",), scores=("<i>",)))
    assert "<script>" not in text
    assert "a &lt; b &amp; c" in text
    Outline(text)


def test_what_to_expect_of_the_model_comes_before_its_figures():
    text = render(page(summary_of_model="Half of <all> outlines fit.", scores=("damage F1 0.5",)))
    assert 0 < text.index("Half of &lt;all&gt; outlines fit.") < text.index("damage F1 0.5")
    assert "This model" not in render(page())


def test_a_scene_without_buildings_has_a_report():
    text = render(page(summary=Summary()))
    assert "No building could be given a class" in text
    Outline(text)
