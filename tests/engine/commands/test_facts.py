"""``xview2 facts``: what is known of a pair, against what was drawn."""

from __future__ import annotations

import json

import pytest

from tests.engine.drawn_rasters import draw
from tests.engine.imagery.vendor_files import IMD
from xview2_qgis.engine.cli import main


@pytest.fixture
def facts(capsys):
    """Return exit code and events of a pair, by their name."""

    def facts(pre, post, *options):
        code = main(["facts", "--pre", str(pre), "--post", str(post), "--events", "json", *options])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return code, lines

    return facts


def drawn(path, gsd=0.5, size=(200, 160), offset=(0.0, 0.0), **more):
    return draw(path, crs="EPSG:32616", gsd=gsd, size=size, offset=offset, **more)


def of(lines, name):
    return [line for line in lines if line["event"] == name]


def test_sizes_dates_and_overlap(tmp_path, facts):
    pre = drawn(tmp_path / "town_2023-02-01.tif")
    post = drawn(tmp_path / "town_2023-02-12.tif", gsd=0.6, offset=(50.0, 0.0))
    code, lines = facts(pre, post)
    assert code == 0
    before, after = of(lines, "image")
    assert (before["role"], before["width"], before["height"], before["band_count"]) == ("pre", 200, 160, 3)
    assert before["pixel_size_m"] == pytest.approx(0.5, rel=2e-3)  # the scale of UTM
    assert after["pixel_size_m"] == pytest.approx(0.6, rel=2e-3)
    assert (before["acquired"], after["acquired"]) == ("2023-02-01", "2023-02-12")
    assert before["acquired_by"] == "file name"
    [pair] = of(lines, "pair")
    # 100 m × 80 m, and 120 m × 96 m that begins 50 - 10 m further east: 60 m × 80 m are shared
    assert pair["overlap_m2"] == pytest.approx(60 * 80, rel=0.01)
    assert pair["overlap_share"] == pytest.approx(0.6, abs=0.01)
    assert pair["model_gsd_m"] == 0.5
    assert of(lines, "warning") == []


def test_what_a_run_would_warn_of(tmp_path, facts):
    pre = drawn(tmp_path / "town_2023-02-12.tif", size=(200, 200))
    post = drawn(tmp_path / "town_2023-02-01.tif", gsd=2.0, size=(60, 60), offset=(105.0, 0.0))
    code, lines = facts(pre, post)
    assert code == 0
    assert {line["code"] for line in of(lines, "warning")} >= {"dates-order", "coarse-pixels", "small-overlap"}


def test_what_cannot_be_used_is_an_error_after_what_is_known(tmp_path, facts):
    pre, post = drawn(tmp_path / "a.tif"), drawn(tmp_path / "b.tif", offset=(9000.0, 0.0))
    code, lines = facts(pre, post)
    assert code == 3
    assert len(of(lines, "image")) == 2
    assert lines[-1]["code"] == "no-overlap"
    code, lines = facts(pre, tmp_path / "gone.tif")
    assert (code, lines[-1]["code"]) == (3, "raster-open")


def test_options_of_the_images_count(tmp_path, facts):
    pre, post = drawn(tmp_path / "a.tif"), drawn(tmp_path / "b.tif")
    _, lines = facts(pre, post, "--post-bands", "3,2,1", "--model", "no such model")
    assert [line["bands"] for line in of(lines, "image")] == ["1, 2, 3", "3, 2, 1"]


def test_text_for_people(tmp_path, capsys):
    pre, post = drawn(tmp_path / "a.tif"), drawn(tmp_path / "b.tif")
    assert main(["facts", "--pre", str(pre), "--post", str(post)]) == 0
    assert "overlap_share: 1.0" in capsys.readouterr().out


def test_where_the_images_come_from(tmp_path, facts):
    pre, post = drawn(tmp_path / "a_2023-02-01.tif"), drawn(tmp_path / "b.tif")
    (tmp_path / "b.IMD").write_text(IMD)
    code, lines = facts(pre, post)
    assert code == 0
    before, after = of(lines, "image")
    assert (after["source"], after["sensor"], after["off_nadir_deg"]) == ("Maxar (Vantor)", "WorldView-3", 21.4)
    assert (after["acquired"], after["described_by"]) == ("2023-02-07T08:16Z", "b.IMD")
    assert (before["source"], before["off_nadir_deg"], before["described_by"]) == ("", None, "")
    assert before["gsd_m"] == 0.5
