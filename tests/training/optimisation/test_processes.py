"""Processes: every sample of a step is computed exactly once, and two processes cut a batch like two turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.optimisation.processes import Share, chosen_device, start_fabric
from training.section import ConfigurationError


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(0, 5))
def test_processes_share_every_sample_once(processes, turns, part, first):
    batch = processes * turns * part
    numbers = [
        n for r in range(processes) for turn in Share(r, processes, turns, batch).numbers(first, 6) for n in turn
    ]
    assert sorted(numbers) == list(range(first * batch, 6 * batch))


def test_two_processes_cut_a_batch_like_two_turns():
    alone = list(Share(0, 1, 2, 8).numbers(0, 3))
    together = [list(Share(rank, 2, 1, 8).numbers(0, 3)) for rank in (0, 1)]
    assert [turn for step in zip(*together, strict=True) for turn in step] == alone


def test_indivisible_batch_is_refused():
    with pytest.raises(ValueError, match=r"run\.batch 6 is not a multiple of 2 processes x 2 turns"):
        Share(0, 2, 2, 6)


def test_device_of_networks_that_are_asked(monkeypatch):
    for there, expected in (
        (True, {"auto": "cuda", "cpu": "cpu", "cuda": "cuda"}),
        (False, {"auto": "cpu", "cpu": "cpu"}),
    ):
        monkeypatch.setattr("torch.cuda.is_available", lambda there=there: there)
        assert {wanted: chosen_device(wanted).type for wanted in expected} == expected
    with pytest.raises(ConfigurationError, match="--device cuda: PyTorch finds no GPU here"):
        chosen_device("cuda")


@pytest.mark.parametrize("accelerator", ["gpuu", "mps"])
def test_accelerator_that_is_not_there(accelerator):
    with pytest.raises(ConfigurationError, match=f"run.accelerator: {accelerator}: ") as caught:
        start_fabric(accelerator, "32-true")
    assert "\n" not in str(caught.value)
