"""The mean of runs, weight by weight."""

import pytest
import torch

from tests.training.test_fitting import content
from training.checkpoint import CheckpointError, load_network
from training.cli import main
from training.configuration import check_configuration
from training.fitting import fit
from training.soup import mean_checkpoint


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
    network = {"name": "compact", "weights": None, "widths": [8, 8, 8, 8]}
    other = fit(check_configuration(content(towns, tmp_path, steps=1, network=network)), progress=False)
    with pytest.raises(CheckpointError, match="holds another network"):
        mean_checkpoint([runs[0], other])
    assert main(["average", str(runs[0]), str(other), "--output", str(tmp_path / "mean.pt")]) == 3
    assert "holds another network" in capsys.readouterr().err
    assert not (tmp_path / "mean.pt").exists()
