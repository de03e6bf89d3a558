"""Addresses of layers are taken apart as QGIS does it: many drawn at random, against QGIS's own function."""

from __future__ import annotations

import random

from qgis.core import Qgis, QgsProviderRegistry

from xview2_qgis.engine.access.layer_address import LayerAddress

_PATHS = ["a.gpkg", "/x/b.shp", "C:\\d\\e f.gpkg", "folder"]
_ADDITIONS = [
    "|layername=ab c", "|LayerName=ü.x", "|layername=", "|layerid=2", "|layerid=", "|subset=a || b", "|subset=n='x|y'",
    '|subset="a"=1\nAND b', "|Subset=x", "|subset=", "|geometrytype=Polygon", "|geometryType=MultiPolygon25D",
    "|uniqueGeometryType=yes", "|option:A=1", "|option:B=x y", "|credential:K=v", "|foo", "|foo=bar", "|", "'",
    " authcfg='abc1234'",
]  # fmt: skip
# QGIS 3.22 does not write these, and takes them for a part of the path
_NEWER_ADDITIONS = ["|uniqueGeometryType=yes", "|credential:K=v"]


def test_addresses_mean_what_they_mean_in_qgis(qgis_app):
    registry, choice = QgsProviderRegistry.instance(), random.Random(7)
    unknown = [text for text in _NEWER_ADDITIONS if registry.decodeUri("ogr", "a.gpkg" + text)["path"] != "a.gpkg"]
    assert not unknown or Qgis.QGIS_VERSION_INT < 34000
    additions = [text for text in _ADDITIONS if text not in unknown]
    for _ in range(3000):
        text = choice.choice(_PATHS) + "".join(choice.choices(additions, k=choice.randrange(6)))
        parts = registry.decodeUri("ogr", text)
        name, number = parts.get("layerName"), parts.get("layerId")
        try:
            found = LayerAddress.parse(text)
        except ValueError:
            continue  # a layer number that is none, which QGIS takes for 0
        assert found == LayerAddress(
            parts["path"],
            name if isinstance(name, str) and name else number if isinstance(number, int) else None,
            parts.get("subset") or None,
            parts.get("geometryType") or None,
            tuple(parts.get("openOptions") or ()),
        ), text
