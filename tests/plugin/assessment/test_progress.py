from __future__ import annotations

import json
from typing import get_args

import pytest

from xview2_qgis.assessment.progress import RunProgress, stage_title
from xview2_qgis.i18n.duration import duration_text
from xview2_qgis.protocol.events import STAGE_SHARES, Progress, Stage, decode


def test_percentage_runs_from_0_to_100_and_never_back():
    progress = RunProgress()
    seen = [progress.percent]
    for stage in STAGE_SHARES:
        for done in range(11):
            progress.update(Progress(stage, done, 10))
            seen.append(progress.percent)
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(100)
    progress.update(Progress("prepare", 0, 10))
    progress.update(Progress("unheard-of", 5, 10))
    assert progress.percent == pytest.approx(100)


def test_time_left_counts_the_stages_that_follow():
    progress = RunProgress()
    progress.update(Progress("infer", 50, 100, eta_s=50.0))
    # the stage takes 100 s in all; what follows it takes its share of that
    follows = (STAGE_SHARES["objects"] + STAGE_SHARES["write"]) / STAGE_SHARES["infer"]
    assert progress.seconds_left == pytest.approx(50 + 100 * follows)
    progress.update(Progress("infer", 100, 100, eta_s=0.0))
    assert progress.seconds_left is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "1 s"), (59.4, "59 s"), (61, "1 min"), (3599, "1 h 00 min"), (5400, "1 h 30 min")]
)
def test_durations(qgis_app, seconds, text):
    assert duration_text(seconds) == text


def test_every_stage_has_a_weight_and_a_title(qgis_app):
    assert tuple(STAGE_SHARES) == get_args(Stage)
    assert all(stage_title(stage) != stage for stage in STAGE_SHARES)
    assert stage_title("unheard-of") == "unheard-of"


@pytest.mark.parametrize("eta", [0, -5, 1e15, 9e15])
@pytest.mark.parametrize("done", [-1, 0, 1e-300, 4, 1e15])
def test_any_progress_can_be_shown(done, eta):
    progress = RunProgress()
    for stage in ("infer", "unheard-of", "objects"):
        line = json.dumps({"event": "progress", "stage": stage, "done": done, "total": 4, "eta_s": eta})
        progress.update(decode(line))
        assert 0.0 <= progress.percent <= 100.0
        assert duration_text(progress.seconds_left or 0.0)
