"""Damaged images and unfinished runs: the count goes on, and a repaired image goes on from where its damage began."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
import rasterio

from tests.engine.journal.scene import contents
from tests.engine.journal.test_run_journal import TILES, first_tile, parameters, run  # noqa: F401 - a fixture
from tests.engine.raster.damage.damaged_files import damage_blocks
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.journal import run_journal
from xview2_qgis.protocol.events import Result
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run


@pytest.fixture
def pair(parameters):  # noqa: F811 - the fixture
    """The images in blocks that can be damaged one by one."""
    for image in parameters.images:
        with rasterio.open(image.path) as file:
            pixels, profile = file.read(), file.profile
        profile.update(tiled=True, blockxsize=32, blockysize=32, compress="deflate", interleave="pixel")
        with rasterio.open(image.path, "w", **profile) as file:
            file.write(pixels)
    return parameters


def damaged(pair, blocks, *, pre=False):
    """Damage an image and return what makes it whole again, with another time than before."""
    path = pair.pre.path if pre else pair.post.path
    shutil.copy(path, path + ".good")
    damage_blocks(path, blocks)
    return lambda: shutil.copy(path + ".good", path)


#: So much that a run ends with it, after some finished rows.
TOO_MUCH = [(row, column) for row in range(15, 25) for column in range(16)]


def test_too_much_damage_keeps_what_is_finished_and_the_repaired_image_goes_on(pair):
    run(pair)
    expected = contents(pair.output)
    repair = damaged(pair, TOO_MUCH)
    for resume in (False, True):  # without a repair it ends again, whatever was finished before
        with pytest.raises(InputError) as caught:
            run(replace(pair, resume=resume))
        assert caught.value.code == "raster-damaged"
        assert caught.value.kept.finished > 0
    repair()
    last = run(replace(pair, resume=True))
    assert first_tile(last) > TILES / 8
    assert "resume-repaired" in last.warned
    assert last.of(Result)[0].figures == {}
    assert contents(pair.output) == expected


def test_a_stopped_run_counts_what_it_could_not_read_before(pair):
    damaged(pair, [(1, 4), (19, 4)])  # inside of a tile each
    whole = run(pair).of(Result)[0]
    expected = contents(pair.output)
    assert whole.figures["unreadable_tiles"] == 2
    run(pair, stop_at=20)
    last = run(replace(pair, resume=True))
    assert first_tile(last) > 0
    assert last.of(Result)[0].figures == whole.figures
    assert contents(pair.output) == expected


def test_damage_at_the_beginning_of_a_repaired_image_begins_anew(pair):
    run(pair)
    expected = contents(pair.output)
    repair = damaged(pair, [(0, 3)])
    run(pair, stop_at=20)
    repair()
    last = run(replace(pair, resume=True))
    assert "resume-repaired" in last.warned
    assert contents(pair.output) == expected
    assert find_unfinished_run(pair.output) is None


def test_an_image_that_was_whole_may_not_change(pair):
    run(pair, stop_at=20)
    damaged(pair, [])()
    with pytest.raises(InputError) as caught:
        run(replace(pair, resume=True))
    assert caught.value.code == "resume-changed"


def end_with_too_much_damage(pair):
    with pytest.raises(InputError) as caught:
        run(pair)
    assert caught.value.code == "raster-damaged"
    return caught.value.kept.finished


def test_a_repaired_image_stays_repaired_when_the_run_is_stopped_again(pair):
    run(pair)
    expected = contents(pair.output)
    repair = damaged(pair, TOO_MUCH)
    end_with_too_much_damage(pair)
    repair()
    again = run(replace(pair, resume=True), stop_at=34)
    last = run(replace(pair, resume=True))
    assert first_tile(last) > first_tile(again) > 0
    assert "resume-repaired" not in last.warned
    assert last.of(Result)[0].figures == {}
    assert contents(pair.output) == expected


def test_the_damage_of_the_other_image_is_remembered(pair):
    damaged(pair, [(1, 4)], pre=True)
    whole = run(pair).of(Result)[0]
    expected = contents(pair.output)
    assert whole.figures["unreadable_tiles"] == 1
    repair = damaged(pair, [(19, 4)])
    run(pair, stop_at=39)
    repair()
    again = run(replace(pair, resume=True), stop_at=38)
    assert "resume-repaired" in again.warned
    assert 0 < first_tile(again) < TILES * 7 / 8
    last = run(replace(pair, resume=True))
    assert last.of(Result)[0].figures == whole.figures
    assert contents(pair.output) == expected


def test_what_a_repair_needs_outlives_a_part_of_the_run_before_it(pair):
    run(pair)
    expected = contents(pair.output)
    repair = damaged(pair, [(15, 4)])
    run(pair, stop_at=36)
    run(replace(pair, resume=True), stop_at=38)
    repair()
    last = run(replace(pair, resume=True))
    assert "resume-repaired" in last.warned
    assert first_tile(last) > 0
    assert last.of(Result)[0].figures == {}
    assert contents(pair.output) == expected


@pytest.mark.parametrize(("function", "call"), [("sync_folder", 1), *(("write_durably", call) for call in (1, 2, 3))])
def test_interrupted_while_it_takes_a_repaired_image_nothing_finished_is_lost(pair, monkeypatch, function, call):
    repair = damaged(pair, TOO_MUCH)
    finished = end_with_too_much_damage(pair)
    repair()
    real, calls = getattr(run_journal, function), []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == call:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(run_journal, function, interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(replace(pair, resume=True))
    monkeypatch.undo()
    assert len(calls) == call
    assert 0 < find_unfinished_run(pair.output).finished_rows <= finished
    last = run(replace(pair, resume=True))
    assert first_tile(last) > 0
    assert last.of(Result)[0].figures == {}
