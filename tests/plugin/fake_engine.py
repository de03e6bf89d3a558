"""Stands in for the engine in tests: speaks its events, and behaves as badly as the variable ``FAKE_ENGINE`` says.

Run in place of the interpreter: ``fake_engine.py -E -s … engine_start.py assess --pre=…``.
"""

import json
import os
import select
import signal
import sys
import time


def say(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


def progress(stage, done, total, eta_s=None):
    say("progress", stage=stage, done=done, total=total, eta_s=eta_s)


def cancel_asked(seconds):
    return bool(select.select([sys.stdin], [], [], seconds)[0]) and sys.stdin.readline().strip() == "cancel"


def write_geopackage(path, crs="EPSG:32618", origin=(500000.0, 4000000.0), hidden=False):
    """Two buildings in a layer ``damage``, the ``assessed_area``, and where something is hidden ``not_visible``."""
    from osgeo import ogr, osr

    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    if os.path.exists(path):
        os.remove(path)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    damage = data.CreateLayer("damage", reference, ogr.wkbPolygon)
    for field in ("damage_class", "review_class"):
        damage.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    area = data.CreateLayer("assessed_area", reference, ogr.wkbPolygon)
    x, y = origin
    for layer, name, box in (
        (damage, "no-damage", (10, 10, 30, 30)),
        (damage, "destroyed", (60, 40, 90, 80)),
        (area, None, (0, 0, 100, 100)),
        *([(data.CreateLayer("not_visible", reference, ogr.wkbPolygon), None, (100, 0, 150, 100))] if hidden else []),
    ):
        feature = ogr.Feature(layer.GetLayerDefn())
        west, south, east, north = box[0] + x, box[1] + y, box[2] + x, box[3] + y
        ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        if name:
            feature.SetField("damage_class", name)
        layer.CreateFeature(feature)


def write_raster(path, east=500000.0):
    """A damage raster with one pixel of each class."""
    from osgeo import gdal, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    raster = gdal.GetDriverByName("GTiff").Create(path, 5, 1, 1, gdal.GDT_Byte)
    raster.SetGeoTransform((east, 20.0, 0.0, 4000100.0, 0.0, -100.0))
    raster.SetProjection(reference.ExportToWkt())
    raster.GetRasterBand(1).WriteRaster(0, 0, 5, 1, bytes(range(5)))


def polygons(path):
    """What a file of polygons holds."""
    from osgeo import ogr

    path, _, name = path.partition("|layername=")
    source = ogr.Open(path)
    layer = source.GetLayerByName(name) if name else source.GetLayer(0)
    definition = layer.GetLayerDefn()
    if layer.GetSpatialRef() is None:
        return {}  # a table, whose outlines the real engine finds
    return {
        "extent": layer.GetExtent(),
        "features": layer.GetFeatureCount(),
        "crs": layer.GetSpatialRef().GetAuthorityCode(None),
        "fields": [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())],
        "values": [[feature.GetField(i) for i in range(definition.GetFieldCount())] for feature in layer],
    }


def finish(options):
    east = 500000.0 + float(os.environ.get("FAKE_ENGINE_EAST", 0))
    write_geopackage(options["--output"], origin=(east, 4000000.0), hidden="--exclude" in options)
    if "--damage-raster" in options:
        write_raster(options["--damage-raster"])
    if "--report" in options:
        with open(options["--report"], "w", encoding="utf-8") as report:
            report.write("<html></html>")
    say(
        "result",
        output=options["--output"],
        layers=["damage", "assessed_area", *(["not_visible"] if "--exclude" in options else [])],
        buildings=2,
        counts={"no-damage": 1, "destroyed": 1},
        device="cpu",
        provider="CPUExecutionProvider",
        precision="fp32",
        seconds=1.5,
        pairs_per_second=0.7,
    )


def say_facts():
    """What ``FAKE_ENGINE_FACTS`` says of the pair: a list of events; without it nothing is wrong."""
    image = {"width": 200, "height": 200, "band_count": 3, "bands": "1, 2, 3", "pixel_size_m": 0.5}
    usual = [
        {"event": "image", "role": "pre", **image, "acquired": "2023-02-01"},
        {"event": "image", "role": "post", **image, "acquired": "2023-02-12T08:31Z"},
        {"event": "pair", "overlap_m2": 630000.0, "overlap_share": 1.0, "model_gsd_m": 0.5},
    ]
    names = []
    for event in json.loads(os.environ.get("FAKE_ENGINE_FACTS", "null")) or usual:
        names.append(event.pop("event"))
        say(names[-1], **event)
    if "error" not in names:
        say("result")


def main():
    if "facts" in sys.argv:
        say_facts()
        return
    behaviour = os.environ.get("FAKE_ENGINE", "good")
    options = dict(part.partition("=")[::2] for part in sys.argv[1:] if part.startswith("--"))
    if "FAKE_ENGINE_RECORD" in os.environ:
        facts = {"arguments": sys.argv[1:], "environment": dict(os.environ), "directory": os.getcwd()}
        facts["files"] = {key: os.path.exists(value) for key, value in options.items() if value}
        facts.update({name: polygons(options[f"--{name}"]) for name in ("aoi", "footprints") if f"--{name}" in options})
        with open(os.environ["FAKE_ENGINE_RECORD"], "w", encoding="utf-8") as record:
            json.dump(facts, record)

    say("started", version="0")
    progress("prepare", 1, 1)
    if behaviour == "good":
        for done in range(5):
            progress("infer", done, 4, (4 - done) * 0.05 if done else None)
            time.sleep(0.05)
        message = os.environ.get("FAKE_ENGINE_SAYS", "the post-event image is dark")
        say("warning", code=os.environ.get("FAKE_ENGINE_WARNS", "one-class"), message=message)
        progress("objects", 1, 1)
        progress("write", 1, 1)
        finish(options)
    elif behaviour == "garbage":
        sys.stdout.buffer.write(b'\xff\xfe no event\n{"event": \n[1, 2]\n{"event": "unheard-of"}\n\n')
        sys.stdout.buffer.write(b'{"event": "progress", "stage": 3, "done": "x", "total": null}\n')
        sys.stdout.flush()
        finish(options)
    elif behaviour == "error":
        say("error", code="no-overlap", message="the images do not overlap", hint="choose images of the same place")
        sys.exit(3)
    elif behaviour == "packages":
        say("error", code="engine-packages", message="a package is missing", hint="install it")
        sys.exit(5)
    elif behaviour == "crash":
        print("about to fall over", file=sys.stderr, flush=True)
        os.abort()
    elif behaviour == "traceback":
        raise RuntimeError("a bug")
    elif behaviour == "late-crash":
        finish(options)
        os.abort()
    elif behaviour == "noisy":
        for number in range(20000):
            print(f"line {number} " + "x" * 200, file=sys.stderr)
        finish(options)
    elif behaviour == "slow":
        for done in range(1, 1000):
            progress("infer", done, 1000, 60.0)
            if cancel_asked(0.1):
                if "FAKE_ENGINE_CANCELLED" in os.environ:
                    open(os.environ["FAKE_ENGINE_CANCELLED"], "w").close()
                say("cancelled")
                sys.exit(130)
    elif behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        progress("infer", 1, 1000, 60.0)
        time.sleep(600)
    elif behaviour == "mute":
        os.close(1)
        time.sleep(0.3)
        sys.exit(5)


if __name__ == "__main__":
    main()
