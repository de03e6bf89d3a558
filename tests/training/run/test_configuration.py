"""Configurations: overrides are applied, mistakes are named with the nearest known key."""

import json

import pytest
import yaml

from tests.checkout import ROOT
from training.data.sampling import SamplingRule
from training.losses.compact import CompactLoss
from training.run.configuration import ConfigurationError, check_configuration, load_configuration

COMPACT = ROOT / "training" / "configs" / "compact.yaml"
LOCALIZATION = COMPACT.with_name("localization-dpn92.yaml")
DAMAGE = COMPACT.with_name("damage-dpn92.yaml")


def test_overrides():
    config = load_configuration(COMPACT, ["run.steps=7", "loss.damage=2", "data.folds=5", "data.fold=4"])
    assert (config.run.steps, config.loss, config.data.fold) == (7, CompactLoss(damage=2.0, gaps=3.0), 4)


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
        ("run.accelerator=gpuu", r"^run\.accelerator: input should be 'auto', 'cpu', 'cuda'"),
        ("run=5", r"^run: input should be"),
        ("data=[1]", r"^data: input should be"),
        ("network=5", r"^network: input should be"),
        ("network={name: [a]}", r"^network\.name: \['a'\] is unknown"),
        ("loss={name: compact, 1: 2}", r"^loss\.1: unknown key"),
        ("augmentation.preset=null", r"^augmentation\.preset: None is unknown"),
        ("augmentation.preset=[a]", r"^augmentation\.preset: \['a'\] is unknown"),
        (
            "augmentation.colours=[{share: 1, one_of: [{kind: sensor, strenght: 0.9}]}]",
            r"^augmentation\.colours\.0\.one_of\.0\.strenght: unknown key, did you mean strength\?$",
        ),
        (
            "augmentation.colours=[{shar: 1, share: 1, one_of: []}]",
            r"^augmentation\.colours\.0\.shar: unknown key, did you mean share\?$",
        ),
        (
            "phases=[{length: 1, augmentation: nonne}]",
            r"^phases\.0\.augmentation: 'nonne' is unknown, did you mean none\?$",
        ),
        ("phases=[{length: 1, shpe: linear}]", r"^phases\.0\.shpe: unknown key, did you mean shape\?$"),
        ("data.train=[{folder: a, wait: 3}]", r"^data\.train\.0\.wait: unknown key, did you mean weight\?$"),
        ("run.steps=[", r"^run\.steps=\[: not YAML: .* \(line 1, column \d+\)$"),
        ("run.steps=!!python/object:os.system 1", r"^run\.steps=.*: not YAML: could not determine a constructor"),
        ("run.steps=\x00", r"not YAML: unacceptable character"),
    ],
)
def test_mistakes_are_named(override, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_configuration(COMPACT, [override])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["- a\n- b\n", "run: [", "", "\ttab: 1", b"\xff\xfe"])
def test_file_that_is_no_configuration(text, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError, match=r"x\.yaml") as caught:
        load_configuration(path)
    assert "\n" not in str(caught.value)


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


def test_sections_are_kept_as_they_were_written():
    """Defaults that were not given are not written down as if they were."""
    config = load_configuration(COMPACT, ["optimiser={clip: 1}", "sampling={}"])
    assert (config.optimiser.clip, config.sampling) == (1.0, SamplingRule())
    written = json.loads(config.model_dump_json())
    assert (written["optimiser"], written["sampling"]) == ({"clip": 1}, {})
    assert list(written) == list(type(config).model_fields)


@pytest.mark.parametrize("path", sorted(COMPACT.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_configs_come_back_from_json_as_they_were_written(path):
    content, config = yaml.safe_load(path.read_text(encoding="utf-8")), load_configuration(path)
    written = json.loads(config.model_dump_json())
    for name in ("network", "loss", "sampling", "augmentation", "optimiser"):
        assert json.dumps(written[name]) == json.dumps(content[name])
    assert check_configuration(written) == config
    assert config.network_section == content["network"]
