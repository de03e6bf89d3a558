"""A small drawn data set, shared by the tests of training."""

import pytest

from training.synthesis import synthesize


@pytest.fixture(scope="session")
def towns(tmp_path_factory):
    folder = tmp_path_factory.mktemp("towns")
    synthesize(folder, pairs=2, size=256, seed=1)
    return folder
