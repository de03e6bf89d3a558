"""A small drawn data set, shared by the tests of training."""

import pytest
from hypothesis import settings

from training.data.synthesis import synthesize

# machines differ, and so does what else they do
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def towns(tmp_path_factory):
    folder = tmp_path_factory.mktemp("towns")
    synthesize(folder, pairs=2, size=256, seed=1)
    return folder
