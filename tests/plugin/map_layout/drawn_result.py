"""Results and images of any place and size for maps, without the engine."""

from __future__ import annotations

#: Upper left corner of the small town of ``written_town``, and what its image covers, metres in EPSG:32616.
CORNER, SIDE_M = (600_000.0, 3_000_000.0), 120.0
#: Grey of its image: no class has it.
GROUND = (120, 130, 110)


def write_image(path, corner=CORNER, pixel=0.5, crs=32616, size=None):
    """Write an image of one colour."""
    from osgeo import gdal, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    size = size or round(SIDE_M / pixel)
    raster = gdal.GetDriverByName("GTiff").Create(str(path), size, size, 3, gdal.GDT_Byte)
    raster.SetGeoTransform((corner[0], pixel, 0.0, corner[1], 0.0, -pixel))
    raster.SetProjection(reference.ExportToWkt())
    for band, value in enumerate(GROUND, 1):
        raster.GetRasterBand(band).Fill(value)
    raster = None


def write_result(path, boxes, crs=4326):
    """Write a GeoPackage with what maps need of a result.

    Args:
        path: file to write.
        boxes: for each building its final class, west, south, east and north.
        crs: EPSG code.
    """
    from osgeo import ogr, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    damage = data.CreateLayer("damage", reference, ogr.wkbPolygon)
    damage.CreateField(ogr.FieldDefn("building_id", ogr.OFTInteger))
    for field in ("damage_class", "final_class"):
        damage.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    damage.StartTransaction()
    for number, (name, west, south, east, north) in enumerate(boxes, 1):
        feature = ogr.Feature(damage.GetLayerDefn())
        ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        feature.SetField("building_id", number)
        feature.SetField("damage_class", name)
        feature.SetField("final_class", name)
        damage.CreateFeature(feature)
    damage.CommitTransaction()
    return str(path)
