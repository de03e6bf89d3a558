import shapely

from xview2_qgis.engine.geo.polygons import polygonal


def test_lines_and_points_are_left_out():
    box, other = shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 2)
    assert polygonal(box) is box
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([box, other]), shapely.Point(9, 9), shapely.LineString([(0, 0), (5, 5)])]
    )
    assert polygonal(mixed).area == 3.0
    assert polygonal(mixed).bounds == (0.0, 0.0, 3.0, 2.0)
    assert polygonal(shapely.Point(0, 0)).is_empty
