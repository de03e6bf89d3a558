"""Assessments that are given bad images, polygons and models."""

import pytest

from tests.fuzz.case import Trial, cases


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for s in ("raster", "vector", "bundle") for c in cases(s)])
def test_a_bad_input_ends_in_one_line(case, tmp_path, corpus, forks, tried):
    trial = Trial.of(case, tmp_path, corpus)
    tried.add(trial.digest)
    faults = trial.faults(forks)
    assert not faults, "\n".join(faults)
