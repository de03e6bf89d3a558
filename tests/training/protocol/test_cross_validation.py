"""A cross-validation from its configuration to its table; what is done is not done again."""

import json

import pytest
import yaml

from tests.training.fit.test_fitting import content
from training.cli import main
from training.protocol.pace import steps_within
from training.protocol.stored_scores import read_scores
from training.run.configuration import check_configuration


@pytest.fixture
def config(towns, tmp_path):
    section = content(towns, tmp_path, steps=1)
    section["data"]["folds"], section["data"]["fold"] = 2, 0
    section["sampling"] = {**section.get("sampling", {}), "post_only_share": 0.5}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(section))
    return path


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix in (".pt", ".jsonl")}


def test_all_parts_are_pooled_and_nothing_is_done_twice(config, tmp_path, capsys):
    assert main(["cross-validate", "--config", str(config), "--json"]) == 0
    said = capsys.readouterr()
    figures = json.loads(said.out)
    assert "part 2 of 2: fold-1" in said.err
    for images in ("pairs", "post_only"):
        rows = {row["name"]: row for row in figures[images]["rows"]}
        assert rows["all"]["pairs"] == 2
        headline = figures[images]["headlines"]["official score"]
        assert headline["low"] <= headline["value"] == rows["all"]["official"]["score"] <= headline["high"]
    stored = [read_scores(tmp_path / "run" / f"fold-{n}" / "pair-scores.jsonl") for n in (0, 1)]
    assert sorted(score.disaster for part in stored for score in part) == ["town-fire", "town-wind"]
    before = {path: time for path, time in times(tmp_path / "run").items() if path.name != "log.jsonl"}
    assert main(["cross-validate", "--config", str(config)]) == 0
    assert "post-event image alone: 2 pairs" in capsys.readouterr().out
    after = times(tmp_path / "run")
    assert all(after[path] == time for path, time in before.items() if path.name.endswith("scores.jsonl"))


def test_disasters_and_a_time(config, tmp_path, capsys):
    arguments = ["cross-validate", "--by", "disasters", "--minutes", "0.0001", "--json", "sampling.post_only_share=0"]
    assert main([*arguments, "--config", str(config)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {"pairs"}
    assert (tmp_path / "run" / "without-town-fire" / "last.pt").is_file()
    for wrong in (["--minutes", "0"], ["--by", "disasters", "--runs", "1"]):
        with pytest.raises(SystemExit) as ended:
            main(["cross-validate", "--config", str(config), *wrong])
        assert ended.value.code == 2
    assert main(["cross-validate", "--config", str(config), "--runs", "2"]) == 3
    assert "--runs: only for --by disasters" in capsys.readouterr().err


def test_more_minutes_are_more_steps(towns, tmp_path):
    config = check_configuration(content(towns, tmp_path, steps=1))
    assert steps_within(config, 1e-9) == 1
    assert steps_within(config, 60.0) > 10
    assert not (tmp_path / "run").exists()
