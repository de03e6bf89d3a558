"""The record of a run: what the log and TensorBoard hold, also after an interruption, and the pictures."""

import json
import math

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training.run.recording import Record, class_picture, comparison


def record(folder, first=0, steps=10, silent=False, bar=False):
    return Record(folder, first, steps, silent, bar)


def lines(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def scalars(folder, name):
    """What TensorBoard itself reads, {step: value}."""
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    return {event.step: event.value for event in events.Scalars(name)}


def test_figures_stand_in_the_log_and_in_tensorboard(tmp_path):
    with record(tmp_path) as written:
        written.figures(1, "train", {"loss": 0.5, "rate": 1e-3})
        written.figures(2, "validation", {"score": 0.1234567})
        # every line is there at once, for whoever watches a run
        assert lines(tmp_path) == [
            {"step": 1, "kind": "train", "loss": 0.5, "rate": 0.001},
            {"step": 2, "kind": "validation", "score": 0.123457},
        ]
    assert scalars(tmp_path, "train/loss") == {1: 0.5}
    assert scalars(tmp_path, "train/rate") == pytest.approx({1: 1e-3})
    assert scalars(tmp_path, "validation/score") == pytest.approx({2: 0.1234567})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_null_in_the_log(tmp_path, value):
    """JSON knows neither infinity nor what is not a number."""
    with record(tmp_path) as written:
        written.figures(3, "train", {"loss": value, "rate": 0.1})

    def refuse(word):
        raise AssertionError(word)

    (line,) = (tmp_path / "log.jsonl").read_text().splitlines()
    assert json.loads(line, parse_constant=refuse) == {"step": 3, "kind": "train", "loss": None, "rate": 0.1}


def test_a_run_that_goes_on_appends_and_tensorboard_forgets_what_came_behind(tmp_path):
    with record(tmp_path) as written:
        for step in range(5):
            written.figures(step, "train", {"loss": float(step)})
    with record(tmp_path, first=3) as written:
        written.figures(3, "train", {"loss": 30.0})
    assert [line["loss"] for line in lines(tmp_path)] == [0, 1, 2, 3, 4, 30]
    assert scalars(tmp_path, "train/loss") == {0: 0, 1: 1, 2: 2, 3: 30}


def test_other_processes_record_nothing(tmp_path, capsys):
    with record(tmp_path, silent=True, bar=True) as written:
        written.figures(1, "train", {"loss": 0.5})
        written.picture(1, "town", np.zeros((4, 4, 3), np.uint8))
        written.advance()
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""


def test_the_bar_counts_from_where_the_run_goes_on(tmp_path, capsys):
    with record(tmp_path, first=4, steps=10, bar=True) as written:
        written.advance()
        written.figures(5, "train", {"loss": 0.25, "rate": 0.1})
        written.say("step 5: something to say")
    said = capsys.readouterr()
    assert "step 5: something to say" in said.out
    assert "5/10" in said.err
    assert "loss=0.250" in said.err
    assert "rate" not in said.err


def test_pictures_reach_tensorboard(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    with record(tmp_path) as written:
        written.picture(7, "town", image)
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    (shown,) = events.Images("validation/town")
    assert (shown.step, shown.width, shown.height) == (7, 8, 6)


def test_comparison_shows_pre_post_truth_and_prediction():
    rng = np.random.default_rng(1)
    pre, post = rng.integers(0, 256, (2, 8, 12, 3), dtype=np.uint8)
    truth, predicted = rng.choice(np.array([0, 1, 2, 3, 4, 255], np.uint8), (2, 8, 12))
    shown = comparison(pre, post, truth, predicted)
    assert (shown.dtype, shown.shape) == (np.uint8, (4, 24, 3))
    for place, panel in enumerate((pre, post, class_picture(truth), class_picture(predicted))):
        np.testing.assert_array_equal(shown[:, 6 * place : 6 * place + 6], panel[::2, ::2])


def test_classes_that_do_not_exist_are_black():
    assert not class_picture(np.arange(5, 255, dtype=np.uint8)[None]).any()
