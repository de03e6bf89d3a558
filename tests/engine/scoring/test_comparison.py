"""Results against references: figures that can be worked out by hand, in other CRS and across the antimeridian."""

import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Point, box

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import square, write_result
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.crs import LONLAT, CrsTransform
from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.scoring.buildings import open_plane, read_predicted, read_reference
from xview2_qgis.engine.scoring.comparison import compare
from xview2_qgis.engine.scoring.figures import confusion, figures, table_rows, text
from xview2_qgis.engine.scoring.page import ComparedNames, render
from xview2_qgis.protocol.schema import Damage

AREA = MultiPolygon([box(ORIGIN[0], ORIGIN[1] - 200, ORIGIN[0] + 200, ORIGIN[1])])
#: Found: one of each class, 10 m squares, and one where there is nothing.
FOUND = [
    square(10, 10, damage=Damage.NO_DAMAGE), square(40, 10, damage=Damage.MINOR), square(70, 10, damage=Damage.MAJOR),
    square(100, 10, damage=Damage.DESTROYED), square(150, 150, damage=Damage.MINOR),
]  # fmt: skip
#: True: the same four, of which the third is minor, and a fifth that was missed.
TRUE = [
    (10, 10, "no-damage"), (40, 10, "minor-damage"), (70, 10, "minor-damage"), (100, 10, "destroyed"),
    (10, 100, "destroyed"),
]  # fmt: skip


def outline(east, south):
    x, y = ORIGIN[0] + east, ORIGIN[1] - south
    return box(x, y - 10, x + 10, y)


def write_reference(path, features, crs=UTM, field="subtype", points=False):
    shapes = [outline(east, south) for east, south, _ in features]
    shapes = CrsTransform(UTM, crs).geometries([s.centroid if points else s for s in shapes])
    words = np.array([word for *_, word in features], object)
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, object)), [words], [field], crs=crs.to_wkt(),
        geometry_type="Point" if points else "Polygon", layer="reference",
    )  # fmt: skip
    return path


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, FOUND, area=AREA)
    return path


def scored(result, reference, which="final", field=None, area=None):
    plane = open_plane(result, area)
    return compare(plane, read_predicted(result, plane, which), read_reference(str(reference), plane, field))


def test_hand_made_figures(result, tmp_path):
    """Of 500 m² each way 400 are shared; minor: 200 true, 100 of them found so; destroyed 100 of 200."""
    found = scored(result, write_reference(tmp_path / "true.gpkg", TRUE))
    assert found.pixels is not None
    values = found.pixels.as_dict()
    assert values["localization_f1"] == pytest.approx(0.8, abs=0.01)
    expected = [1.0, 2 / 3, 0.0, 2 / 3]
    harmonic = 4 / sum(1 / (f1 + 1e-6) for f1 in expected)
    assert [values[f"damage_f1_{key}"] for key in ("no_damage", "minor_damage", "major_damage", "destroyed")] == (
        pytest.approx(expected, abs=0.01)
    )
    assert values["damage_f1"] == pytest.approx(harmonic, abs=1e-4)
    assert values["score"] == pytest.approx(0.3 * values["localization_f1"] + 0.7 * harmonic, abs=1e-4)
    localization = found.objects.localization
    assert (localization.tp, localization.fp, localization.fn) == (4, 1, 1)
    assert [row for _, row in confusion(found)] == [
        [1, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 1, 0, 0, 0],
    ]  # fmt: skip


def test_calibration_is_that_of_the_model(result, tmp_path):
    """Each building is 70 % sure, and three of four are right."""
    bins = scored(result, write_reference(tmp_path / "true.gpkg", TRUE)).reliability
    held = bins.counts > 0
    assert bins.counts[held].tolist() == [4]
    assert (bins.confidence[held][0], bins.accuracy[held][0]) == pytest.approx((0.7, 0.75))
    assert bins.expected_error == pytest.approx(0.05)


@pytest.mark.parametrize("crs", [LONLAT, CRS.from_epsg(3857), CRS.from_epsg(32617)], ids=["degrees", "web", "zone"])
@pytest.mark.parametrize("points", [False, True], ids=["polygons", "points"])
def test_any_crs_says_the_same(result, tmp_path, crs, points):
    plain = scored(result, write_reference(tmp_path / "utm.gpkg", TRUE, points=points))
    other = scored(result, write_reference(tmp_path / "other.gpkg", TRUE, crs, points=points))
    assert (other.objects.matrix == plain.objects.matrix).all()
    assert (plain.pixels is None) is points
    if plain.pixels is not None and other.pixels is not None:
        assert other.pixels.combined == pytest.approx(plain.pixels.combined, abs=0.01)


def test_across_the_antimeridian(tmp_path):
    """A result that counts on beyond 180°, and a reference on both sides of it."""
    utm = CRS.from_epsg(32660)
    here = [box(x, 0, x + 10, 10) for x in (833_970.0, 833_990.0, 834_050.0)]
    x0, y0 = CrsTransform(LONLAT, utm).points([179.9995], [0.5])[:, 0]
    shapes = [shapely.affinity.translate(s, x0 - 833_970, y0) for s in here]
    beyond = CrsTransform(utm, LONLAT, 180.0).geometries(shapes)
    assert max(shape.bounds[2] for shape in beyond) > 180
    buildings = []
    for shape, damage in zip(beyond, (Damage.NO_DAMAGE, Damage.MINOR, Damage.DESTROYED), strict=True):
        one = square(0, 0, damage=damage)
        buildings.append(type(one)(shape, LONLAT, one.vote, one.source))
    path = tmp_path / "result.gpkg"
    write_result(path, buildings, LONLAT)
    west, south, east, north = shapely.union_all(beyond).bounds
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM assessed_area")
    area = MultiPolygon([box(west - 0.001, south - 0.001, east + 0.001, north + 0.001)])
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([area], object)), [np.array([1.0])], ["area_m2"], layer="assessed_area",
        crs="EPSG:4326", geometry_type="MultiPolygon", append=True,
    )  # fmt: skip
    turned = [
        shapely.transform(s, lambda xy: np.column_stack([(xy[:, 0] + 180) % 360 - 180, xy[:, 1]])) for s in beyond
    ]
    reference = tmp_path / "true.gpkg"
    words = np.array(["no-damage", "minor-damage", "destroyed"], object)
    whole = [index for index, shape in enumerate(turned) if shape.bounds[2] - shape.bounds[0] < 1]
    pyogrio.raw.write(
        reference, shapely.to_wkb(np.array([turned[i] for i in whole], object)), [words[whole]], ["damage"],
        crs="EPSG:4326", geometry_type="Polygon",
    )  # fmt: skip
    found = scored(path, reference)
    assert found.objects.localization.tp == len(whole) >= 2
    assert found.objects.localization.fn == 0


def test_final_and_model(tmp_path):
    path = tmp_path / "result.gpkg"
    write_result(path, FOUND, area=AREA)
    with closing(sqlite3.connect(path)) as database, database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        database.execute("UPDATE damage SET review_class = 'minor-damage' WHERE building_id = 3")
        database.execute("UPDATE damage SET review_class = 'no-building' WHERE building_id = 5")
    reference = write_reference(tmp_path / "true.gpkg", TRUE)
    final, model = scored(path, reference), scored(path, reference, "model")
    assert (final.predicted, model.predicted) == (4, 5)
    assert (final.objects.matrix[2, 2], model.objects.matrix[2, 2]) == (2, 1)


def test_an_area_limits_both_sides(result, tmp_path):
    area = tmp_path / "area.gpkg"
    corner = box(ORIGIN[0], ORIGIN[1] - 30, ORIGIN[0] + 65, ORIGIN[1])
    pyogrio.raw.write(
        area,
        shapely.to_wkb(np.array([corner], object)),
        [np.array([1])],
        ["n"],
        crs=UTM.to_wkt(),
        geometry_type="Polygon",
    )
    found = scored(result, write_reference(tmp_path / "true.gpkg", TRUE), area=str(area))
    assert (found.predicted, found.actual) == (2, 2)
    assert found.pixels is not None
    assert found.pixels.localization.f1 == 1.0
    assert "outside the scored area, left out: 3" in " ".join(found.notes)


def test_what_is_not_understood_is_listed(result, tmp_path):
    features = [(10, 10, "destroyed"), (40, 10, "ruin"), (70, 10, "major-damage")]
    found = scored(result, write_reference(tmp_path / "true.gpkg", features))
    assert "“ruin” (1)" in " ".join(found.notes)
    assert found.objects.localization.tp == 3
    assert int(found.objects.matrix[1:, 1:].sum()) == 2


@pytest.mark.parametrize(
    ("features", "field", "code"),
    [
        ([(10, 10, "church")], None, "reference-field"),
        ([(10, 10, "church")], "subtype", "reference-field"),
        ([(10, 10, "destroyed")], "state", "reference-field"),
        ([(5000, 10, "destroyed")], None, "reference-outside"),
    ],
)
def test_references_that_cannot_serve(result, tmp_path, features, field, code):
    reference = write_reference(tmp_path / "true.gpkg", features)
    with pytest.raises(InputError) as caught:
        scored(result, reference, field=field)
    assert caught.value.code == code


def test_no_such_file_no_result(result, tmp_path):
    plane = open_plane(result, None)
    with pytest.raises(InputError, match="there is no file"):
        read_reference(str(tmp_path / "nothing.gpkg"), plane, None)
    with pytest.raises(InputError) as caught:
        open_plane(write_reference(tmp_path / "true.gpkg", TRUE), None)
    assert caught.value.code == "result-open"


def test_tables_and_page(result, tmp_path):
    found = scored(result, write_reference(tmp_path / "true.gpkg", TRUE))
    shown = text(found)
    assert "Official score" in shown
    assert "expected error 0.050" in shown
    rows = table_rows(found)
    assert {len(row) for row in rows} == {4}
    assert ("confusion", "Minor damage", "Major damage", 1) in rows
    assert len(figures(found)) == 8 + 8
    page = render(found, ComparedNames("result.gpkg", "<b>true</b>", "final"), Wording())
    assert "&lt;b&gt;true&lt;/b&gt;" in page
    assert "src=" not in page
    assert page.count("<circle") == 1


def test_outlines_that_cross_themselves_and_areas_that_only_touch(result, tmp_path):
    x, y = ORIGIN[0] + 10, ORIGIN[1] - 20
    bow = shapely.Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)])
    spike = shapely.Polygon([(x, y), (x + 300, y), (x, y)])
    path = tmp_path / "true.gpkg"
    words = np.array(["no-damage", "destroyed"], object)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([bow, spike], object)),
        [words],
        ["damage"],
        crs=UTM.to_wkt(),
        geometry_type="Polygon",
    )
    found = scored(result, path)
    assert found.pixels is not None
    # half of the first square
    assert found.pixels.localization.tp == pytest.approx(200, abs=25)
    assert found.pixels.damage[3].actual == 0


def test_points_alone_have_no_scores_of_pixels(result, tmp_path):
    found = scored(result, write_reference(tmp_path / "true.gpkg", TRUE, points=True))
    assert {figure.section for figure in figures(found)} == {"buildings"}
    assert "needs outlines" not in text(found)
    assert "scores of pixels need outlines" in render(found, ComparedNames("r", "t", "model"), Wording())


def test_a_point_beside_all_outlines_is_missed(result, tmp_path):
    reference = tmp_path / "true.gpkg"
    point = Point(ORIGIN[0] + 15, ORIGIN[1] - 80)
    pyogrio.raw.write(
        reference,
        shapely.to_wkb(np.array([point], object)),
        [np.array([4])],
        ["grade"],
        crs=UTM.to_wkt(),
        geometry_type="Point",
    )
    found = scored(result, reference)
    assert (found.objects.localization.tp, found.objects.localization.fn) == (0, 1)
