"""Configurations: overrides, unknown keys, wrong values."""

from pathlib import Path

import pytest

from training.configuration import ConfigurationError, load_configuration

CONFIGS = sorted((Path(__file__).parents[2] / "training" / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_shipped_configuration_is_valid(path):
    assert load_configuration(path).run.steps > 0


def test_override():
    assert load_configuration(CONFIGS[0], ["run.steps=7"]).run.steps == 7


@pytest.mark.parametrize(
    ("override", "words"),
    [("run.stepps=3", "did you mean steps"), ("run.steps=-1", "run.steps"), ("run.steps", "section.key=value")],
)
def test_mistakes_are_named(override, words):
    with pytest.raises(ConfigurationError, match=words):
        load_configuration(CONFIGS[0], [override])
