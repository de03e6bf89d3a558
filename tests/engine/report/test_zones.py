"""Zones of a report: a grid where a result is large, the worst cell first."""

import re

import pytest
import shapely

from tests.engine.probability_scene import ORIGIN
from tests.engine.report.page_outline import PageOutline
from tests.engine.report.reported_town import asked
from tests.engine.result_scene import square, write_result
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.report.zones import cell_size
from xview2_qgis.protocol.schema import Damage


@pytest.mark.parametrize("area_km2", [1, 1.7, 5, 40, 900, 20_000])
def test_cells_are_round_and_few(area_km2):
    size = cell_size(area_km2 * 1e6)
    assert 6 <= area_km2 * 1e6 / size**2 <= 40
    assert str(size).rstrip("0") in ("1", "2", "25", "5")


def test_a_large_result_is_counted_by_a_grid(tmp_path):
    east, north = ORIGIN
    # more of the worst the further east
    buildings = [
        square(20 + 25 * column, 20 + 60 * row, damage=Damage.DESTROYED if (column * 7 + row) % 50 < column else damage)
        for column, damage in zip(range(48), [Damage.MINOR, Damage.NO_DAMAGE, Damage.MAJOR] * 16, strict=True)
        for row in range(18)
    ]
    path = tmp_path / "large.gpkg"
    write_result(path, buildings, area=shapely.MultiPolygon([shapely.box(east, north - 1100, east + 1230, north)]))
    page = tmp_path / "a.html"
    assert main(["report", str(path), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    outline = PageOutline(text)
    cells = outline.values("data-zone")
    assert 5 <= len(cells) <= 10
    counts = asked(path, "SELECT final_class, count(*) FROM damage GROUP BY final_class")
    together = re.search(r"All zones together.*?<td>([\d,]+)</td><td>([\d,]+)</td>", text)
    assert together is not None
    assert [int(number.replace(",", "")) for number in together.groups()] == [len(buildings), counts["destroyed"]]
    shares = [int(number) for number in re.findall(r'data-zone="[^"]+" data-value="\d+">\d+</td><td>(\d+)</td>', text)]
    assert shares == sorted(shares, reverse=True)
    assert "Square grid, cells of 200 m" in outline.words


def test_a_small_result_needs_no_zones(tmp_path):
    east, north = ORIGIN
    area = shapely.MultiPolygon([shapely.box(east, north - 900, east + 1000, north)])
    write_result(tmp_path / "small.gpkg", [square(20, 20)], area=area)
    assert main(["report", str(tmp_path / "small.gpkg"), "--output", str(tmp_path / "a.html")]) == 0
    assert "data-zone" not in (tmp_path / "a.html").read_text(encoding="utf-8")
