"""The mean of runs, weight by weight."""

import json
import shutil

import pytest
import torch
import yaml

from tests.training.fit.test_fitting import SMALL, content
from training.cli import main
from training.fit.fitting import fit
from training.fit.soup import mean_checkpoint
from training.fit.validation import Validation
from training.networks.registry import read_network
from training.optimisation.averaging import averaged_network
from training.run.checkpoint import Checkpoint, CheckpointError, load_network
from training.run.configuration import check_configuration
from training.run.folder import configuration_of


@pytest.fixture(scope="module")
def runs(towns, tmp_path_factory):
    folder = tmp_path_factory.mktemp("soup")
    return [
        fit(check_configuration(content(towns, folder, f"run{seed}", steps=2, seed=seed)), progress=False)
        for seed in (0, 1, 2)
    ]


def test_mean(runs, tmp_path):
    path = tmp_path / "mean.pt"
    mean_checkpoint(runs).save(path)
    found = load_network(path).state_dict()
    parts = [load_network(run).state_dict() for run in runs]
    for name, value in found.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, sum(p[name] for p in parts) / 3)
    assert any(not torch.equal(found[n], parts[0][n]) for n in found)


def test_command(runs, tmp_path):
    path = tmp_path / "new" / "mean.pt"
    assert main(["average", *map(str, runs[:2]), "--output", str(path)]) == 0
    expected = mean_checkpoint(runs[:2]).network
    assert all(torch.equal(v, expected[k]) for k, v in load_network(path).state_dict().items())
    # it says which pairs its runs held back, for `calibrate`
    assert (path.parent / "configuration.json").read_text() == (runs[0].parent / "configuration.json").read_text()


def test_another_network(runs, towns, tmp_path, capsys):
    network = SMALL | {"widths": [8, 8, 8, 8]}
    other = fit(check_configuration(content(towns, tmp_path, steps=1, network=network)), progress=False)
    with pytest.raises(CheckpointError, match="holds another network"):
        mean_checkpoint([runs[0], other])
    assert main(["average", str(runs[0]), str(other), "--output", str(tmp_path / "mean.pt")]) == 3
    assert "holds another network" in capsys.readouterr().err
    assert not (tmp_path / "mean.pt").exists()


def test_the_same_weights_used_otherwise(tmp_path):
    """Images enlarged inside the network leave no trace in its weights, but other weights belong to them."""
    paths = []
    for magnification in (1.0, 1.5):
        section = {"name": "compact-split", "weights": None, "magnification": magnification}
        network = read_network(section).build(start=False)
        average = averaged_network(network, 0.0)
        checkpoint = Checkpoint(1, 0.0, section, network.state_dict(), average.state_dict(), {}, {})
        paths.append(tmp_path / f"{magnification}.pt")
        checkpoint.save(paths[-1])
    with pytest.raises(CheckpointError, match="holds another network"):
        mean_checkpoint(paths)


def rewritten(run, folder, **data):
    """The checkpoint of a run in another folder, as if other pairs had been held back."""
    copy = shutil.copytree(run.parent, folder)
    file = copy / "configuration.json"
    content = json.loads(file.read_text())
    content["data"] |= data
    file.write_text(json.dumps(content))
    return copy / run.name


def test_runs_that_held_back_other_pairs(runs, tmp_path, capsys):
    """A mean of runs with other folds has seen what either of them was to be measured by."""
    output = str(tmp_path / "mean" / "mean.pt")
    first = rewritten(runs[0], tmp_path / "a", folds=2, fold=0)
    second = rewritten(runs[1], tmp_path / "b", folds=2, fold=1)
    assert main(["average", str(first), str(second), "--output", output]) == 3
    error = capsys.readouterr().err
    assert error.startswith(f"error: {second}: its run did not hold back the pairs that the run of {first} did")
    assert error.count("\n") == 1
    assert not (tmp_path / "mean").exists()


def test_the_same_pairs_held_back_in_another_way(runs, towns, tmp_path):
    """What counts is which pairs they are: here the fold is just the pair of a disaster."""
    first = rewritten(runs[0], tmp_path / "a", folds=2, fold=0)
    held_back = Validation.of(configuration_of(first)).files[0].disaster
    second = rewritten(runs[1], tmp_path / "b", holdout_disaster=held_back)
    assert main(["average", str(first), str(second), "--output", str(tmp_path / "mean" / "mean.pt")]) == 0


def test_no_other_run_is_overwritten(runs, tmp_path, capsys):
    before = {path: path.read_bytes() for run in runs for path in run.parent.glob("*.*")}
    for output, message in (
        (runs[2].parent / "mean.pt", "holds another run"),
        (runs[1], "is one of the checkpoints to average"),
    ):
        assert main(["average", *map(str, runs[:2]), "--output", str(output)]) == 3
        assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for run in runs for path in run.parent.glob("*.*")} == before
    for _ in range(2):  # once more into its own folder is no harm
        assert main(["average", *map(str, runs[:2]), "--output", str(tmp_path / "new" / "mean.pt")]) == 0


def test_a_mean_cannot_go_on(runs, towns, tmp_path, capsys):
    assert main(["average", *map(str, runs[:2]), "--output", str(tmp_path / "run" / "last.pt")]) == 0
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(content(towns, runs[0].parents[1], "run0", steps=3)))
    assert main(["fit", "--config", str(config), "--resume", f"run.folder={tmp_path / 'run'}"]) == 3
    assert "a mean of runs, which cannot go on" in capsys.readouterr().err
