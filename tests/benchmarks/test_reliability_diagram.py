"""The reliability diagram: a bar for each bin that holds something, as high as its accuracy."""

from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.reliability_diagram import draw
from training.evaluation.calibration import ClassSamples, reliability


def test_bars_show_accuracy_and_counts():
    sure = np.array([[0.9, 0.1, 0, 0]] * 10 + [[0.5, 0.3, 0.2, 0]] * 4)
    labels = np.array([0] * 9 + [1] + [0, 1, 1, 2])
    root = ElementTree.fromstring(draw(reliability(ClassSamples(sure, labels), bins=10)))
    bars = [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("fill") == "#7aa6c2"]
    counts = [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("fill") == "#b8b8b8"]
    heights = [float(bar.get("height")) for bar in bars]
    assert heights == pytest.approx([320 * 0.25, 320 * 0.9], abs=0.1)
    assert float(counts[0].get("height")) / float(counts[1].get("height")) == pytest.approx(0.4, abs=0.01)
    caption = next(t.text for t in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "0.071 on 14 buildings" in caption  # 4/14 of 0.25


def test_without_samples_the_frame_is_empty():
    empty = reliability(ClassSamples(np.empty((0, 4)), np.empty(0, np.int64)))
    assert "#7aa6c2" not in draw(empty)
