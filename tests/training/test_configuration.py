"""Configurations: overrides are applied, mistakes are named with the nearest known key."""

from pathlib import Path

import pytest

from training.configuration import ConfigurationError, load_configuration
from training.losses.compact import CompactLoss

COMPACT = Path(__file__).parents[2] / "training" / "configs" / "compact.yaml"
LOCALIZATION = COMPACT.with_name("localization-dpn92.yaml")
DAMAGE = COMPACT.with_name("damage-dpn92.yaml")


def test_overrides():
    config = load_configuration(COMPACT, ["run.steps=7", "loss.damage=2", "data.folds=5", "data.fold=4"])
    assert (config.run.steps, config.criterion, config.data.fold) == (7, CompactLoss(damage=2.0, gaps=3.0), 4)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("run.stepps=7", r"^run\.stepps: unknown key, did you mean steps\?$"),
        ("runn.steps=7", r"^runn: unknown key, did you mean run\?$"),
        ("optimiser.learning_rat=1", r"^optimiser\.learning_rat: unknown key, did you mean learning_rate\?$"),
        ("network.name=compakt", r"^network\.name: 'compakt' is unknown, did you mean compact\?$"),
        ("augmentation.preset=described-unnet", r"^augmentation\.preset: 'described-unnet' is unknown, did you mean"),
        ("data.labels=our", r"our"),
        ("phases=[{length: 1, shape: cosinus}]", r"^phases\.0\.shape: input should be"),
        ("phases=[]", r"^phases: "),
        ("run.batch=0", r"^run\.batch: input should be greater than 0$"),
        ("run.epochs=3", r"give run\.steps or run\.epochs, not both"),
        ("data.fold=5", r"give data\.folds and data\.fold together"),
        ("run.steps", r"write section\.key=value"),
        ("run.folder.x=1", r"run\.folder\.x: folder has no keys below it"),
    ],
)
def test_mistakes_are_named(override, message):
    with pytest.raises(ConfigurationError, match=message):
        load_configuration(COMPACT, [override])


@pytest.mark.parametrize("text", ["- a\n- b\n", "run: [", ""])
def test_file_that_is_no_configuration(text, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"x\.yaml"):
        load_configuration(path)


def test_precision_of_a_task():
    """Binary losses are not stable in fp16: localization stays in full precision; so does everything on a CPU."""
    localization, damage = load_configuration(LOCALIZATION), load_configuration(DAMAGE)
    assert [c.precision("cuda") for c in (localization, damage)] == ["32-true", "16-mixed"]
    assert [c.precision("cpu") for c in (localization, damage)] == ["32-true", "32-true"]
    assert load_configuration(DAMAGE, ["run.precision=bf16-mixed"]).precision("cpu") == "bf16-mixed"


def test_phase_brings_its_own_augmentation():
    config = load_configuration(COMPACT.with_name("dual-hrnet-w32.yaml"))
    assert config.augmentation_of("described-dual-hrnet-light").scale == (1.0, 1.0)
    assert config.augmentation_of(None).scale == (0.8, 1.2)
