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
from xview2_qgis.protocol.events import Result
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run


@pytest.fixture
def pair(parameters):  # noqa: F811 - the fixture
    """The post-event image in blocks that can be damaged one by one."""
    path = parameters.post.path
    with rasterio.open(path) as file:
        pixels, profile = file.read(), file.profile
    profile.update(tiled=True, blockxsize=32, blockysize=32, compress="deflate", interleave="pixel")
    with rasterio.open(path, "w", **profile) as file:
        file.write(pixels)
    return parameters


def damaged(pair, blocks):
    """Damage the image and return what makes it whole again, with another time than before."""
    good = pair.post.path + ".good"
    shutil.copy(pair.post.path, good)
    damage_blocks(pair.post.path, blocks)
    return lambda: shutil.copy(good, pair.post.path)


def test_too_much_damage_keeps_what_is_finished_and_the_repaired_image_goes_on(pair):
    run(pair)
    expected = contents(pair.output)
    repair = damaged(pair, [(row, column) for row in range(15, 25) for column in range(16)])
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
