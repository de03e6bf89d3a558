"""``xview2 batch`` as people and programs call it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys

import geopandas
import pytest
import rasterio

from tests.checkout import ROOT
from tests.engine.drawn_houses import draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.cli import main
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
    for name in ("pre", "post"):
        (folder / name).mkdir()
        draw_houses(folder / name / f"town_{name}.tif", name == "post", size=(240, 200))
        draw_houses(folder / name / f"hill_{name}.tif", name == "post", size=(240, 200))
        # over a hundred tiles: long enough to be interrupted
        draw_houses(folder / name / f"wide_{name}.tif", name == "post", size=(2400, 2000))
    return folder


@pytest.fixture
def listed(images, tmp_path):
    def write(*names):
        path = tmp_path / "scenes.csv"
        lines = [f"{n},{images}/pre/{n}_pre.tif,{images}/post/{n}_post.tif" for n in names]
        path.write_text("\n".join(["id,pre,post", *lines]))
        return str(path)

    return write


@pytest.fixture
def command(images, tmp_path):
    def words(*more):
        model = f"--model={images / 'tiny'}"
        return ["batch", *more, f"--output-dir={tmp_path / 'out'}", model, "--device=cpu", "--register=off"]

    return words


def test_one_line_a_scene(listed, command, tmp_path, capsys):
    assert main(command(listed("town", "none", "hill"))) == 3
    said = capsys.readouterr()
    out, err = said.out.splitlines(), said.err.splitlines()
    assert out[0].startswith("[1/3] town: 6 buildings (")
    assert out[0].endswith(" s")
    assert out[1].startswith("[3/3] hill: 6 buildings (")
    assert out[2].startswith("2 of 3 scenes in ")
    assert out[2].endswith("summary.csv")
    assert len(out) == 3
    assert any(line.startswith("[2/3] none: failed: there is no file ") for line in err)
    assert err[-1].startswith("error: 1 of 3 scenes could not be assessed (none): summary.csv says why")
    assert main(command(listed("town", "hill"))) == 0
    assert "kept" in capsys.readouterr().out


def test_events(listed, command, tmp_path, capsys):
    merged = tmp_path / "all.gpkg"
    assert main(command(listed("town", "none"), "--events=json", f"--merged={merged}")) == 3
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    scenes = [(event["id"], event["status"]) for event in events if event["event"] == "scene"]
    assert scenes == [("town", "started"), ("town", "done"), ("none", "started"), ("none", "failed")]
    assert {event["event"] for event in events} == {"scene", "progress", "error", "result"}
    assert {event["stage"] for event in events if event["event"] == "progress"} == {"scenes"}
    assert events[-2]["code"] == "scenes-failed"
    last = events[-1]
    assert (last["event"], last["output"]) == ("result", str(tmp_path / "out"))
    assert last["figures"] == {"scenes": 2, "done": 1, "kept": 0, "failed": 1}
    assert last["buildings"] == sum(last["counts"].values()) == 6
    assert merged.is_file()


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ([], 2, "either a list of scenes or two folders"),
        (["{list}", "--pre-folder=x"], 2, "either a list of scenes or two folders"),
        (["--pre-folder=x"], 2, "give both --pre-folder and --post-folder"),
        (["none.csv"], 3, "cannot be read"),
        (["{list}", "--pre=x"], 2, "ambiguous option"),
        (["{list}", "--overwrite", "--keep-reviews", "--discard-reviews"], 2, "exclude each other"),
        (["{list}", "--batch-size=many"], 2, "give auto or a number"),
        (["{list}", "--output-dir={list}"], 3, "cannot be made"),
        (["{list}", "--model=nothing"], 4, "nothing"),
        (["{list}", "--merged={list}"], 2, "does not end in .gpkg"),
        (["--pre-folder={empty}", "--post-folder={empty}"], 3, "no image of"),
    ],
)
def test_what_cannot_work_is_one_line(listed, command, tmp_path, capsys, more, code, told):
    path = listed("town")
    (tmp_path / "empty").mkdir()
    words = [word.format(list=path, empty=tmp_path / "empty") for word in more]
    given = command()
    # the last one of two equal options counts
    assert main([given[0], *given[1:], *words]) == code
    said = capsys.readouterr().err
    assert told in said
    assert said.startswith("error: ")
    assert said.count("\n") == 1


def test_folders_are_matched_and_listed(images, command, tmp_path, capsys):
    (images / "post" / "bay_post.tif").touch()
    folders = [f"--pre-folder={images / 'pre'}", f"--post-folder={images / 'post'}"]
    assert main(command(*folders, "--list-only")) == 0
    said = capsys.readouterr()
    assert said.err == "warning: bay_post.tif is left over: nothing in the other folder fits its name and date\n"
    table = tmp_path / "out" / "catalog.csv"
    assert said.out.splitlines()[-1] == f"3 scenes in {table}"
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["hill", "town", "wide"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"catalog.csv"}
    # checked and edited, it is the list
    table.write_text("\n".join(table.read_text().splitlines()[:2]))
    assert main(command(str(table))) == 0
    assert "[1/1] hill" in capsys.readouterr().out
    # and is not lost
    assert main(command(*folders, "--list-only")) == 2
    assert "is another list" in capsys.readouterr().err
    assert len(table.read_text().splitlines()) == 2
    (images / "post" / "bay_post.tif").unlink()


def test_dates_come_from_the_images(command, tmp_path, capsys):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    for folder, words in ((before, {"a_pre": "01", "a_before": "05"}), (after, {"a_post": "12", "a_after": "09"})):
        for name, day in words.items():
            path = draw_houses(folder / f"{name}.tif", folder == after, size=(120, 100))
            with rasterio.open(path, "r+") as file:
                file.update_tags(ACQUISITIONDATETIME=f"2023-02-{day}T10:00:00Z")
    assert main(command(f"--pre-folder={before}", f"--post-folder={after}", "--match=date", "--list-only")) == 0
    [row] = csv.DictReader((tmp_path / "out" / "catalog.csv").open(newline=""))
    assert (os.path.basename(row["pre"]), os.path.basename(row["post"])) == ("a_before.tif", "a_after.tif")
    assert capsys.readouterr().err.count("is nearer to the event") == 2


def started(command, **options):
    words = [sys.executable, "-m", "xview2_qgis.engine", *command, "--events=json"]
    return subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options
    )


def wait_for_the_middle_of_the_second(process):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["done"] > 1.4:
            return
    raise AssertionError("it ended before")


@pytest.mark.parametrize("how", ["stdin", "kill", pytest.param("signal", marks=pytest.mark.slow)])
def test_stopped_on_the_way_it_goes_on(images, listed, command, tmp_path, capsys, monkeypatch, how):
    words = command(listed("town", "wide", "hill"))
    with started(words) as process:
        wait_for_the_middle_of_the_second(process)
        if how == "stdin":
            process.stdin.write("cancel\n")
            process.stdin.flush()
        else:
            process.send_signal(signal.SIGINT if how == "signal" else signal.SIGKILL)
        rest = process.stdout.read().splitlines()
        assert process.wait(60) == (-signal.SIGKILL if how == "kill" else 130)
    if how != "kill":
        assert json.loads(rest[-1])["event"] == "cancelled"
        with (tmp_path / "out" / "summary.csv").open(newline="") as file:
            assert [row["status"] for row in csv.DictReader(file)] == ["done", "waiting", "waiting"]
    town = (tmp_path / "out" / "town.gpkg").stat().st_mtime_ns
    kept = find_unfinished_run(tmp_path / "out" / "wide.gpkg")
    assert kept.finished_rows > 0
    resumed = []
    monkeypatch.setattr(
        "xview2_qgis.engine.batch.batch.assess",
        lambda session, parameters, context: (resumed.append(parameters.resume), assess(session, parameters, context)),
    )
    assert main(words) == 0
    assert resumed == [True, False]
    said = capsys.readouterr().out.splitlines()
    assert [line.split(",")[-1] for line in said[:1]] == [" kept"]
    assert [line.partition(":")[0] for line in said[:3]] == ["[1/3] town", "[2/3] wide", "[3/3] hill"]
    assert (tmp_path / "out" / "town.gpkg").stat().st_mtime_ns == town
    # the one that was killed is whole, and nothing is left of its first half
    whole = tmp_path / "whole.gpkg"
    pair = [f"--pre={images}/pre/wide_pre.tif", f"--post={images}/post/wide_post.tif", f"--output={whole}"]
    assert main(["assess", *pair, f"--model={images / 'tiny'}", "--device=cpu", "--register=off"]) == 0
    one, other = (geopandas.read_file(path, layer="damage") for path in (whole, tmp_path / "out" / "wide.gpkg"))
    assert one.equals(other)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "town.gpkg", "wide.gpkg", "hill.gpkg", "summary.csv", ".batch.jsonl",
    }  # fmt: skip
