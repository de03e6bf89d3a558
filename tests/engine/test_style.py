import xml.etree.ElementTree as ET

from xview2_qgis.engine.classes import CLASS_COLOURS, CLASS_NAMES, Damage
from xview2_qgis.engine.style import assessed_area_style, damage_style


def test_one_category_per_class_worst_first_in_the_colours_of_the_product():
    root = ET.fromstring(damage_style())
    renderer = root.find("renderer-v2")
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "damage_class")
    symbols = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
    names, colours = [], []
    for category in renderer.iter("category"):
        names.append(category.get("value"))
        option = symbols[category.get("symbol")].find("layer/Option/Option[@name='color']")
        red, green, blue, alpha = map(int, option.get("value").split(","))
        colours.append(f"#{red:02x}{green:02x}{blue:02x}")
        assert 180 < alpha < 230  # the roof shows through, the class stands out
    worst_first = sorted(Damage, reverse=True)
    assert names == [CLASS_NAMES[damage] for damage in worst_first]
    assert colours == [CLASS_COLOURS[damage] for damage in worst_first]


def test_every_field_has_an_alias_and_the_map_tip_is_html():
    root = ET.fromstring(damage_style())
    assert len({alias.get("field") for alias in root.iter("alias")}) == 15
    assert root.findtext("mapTip").strip().startswith("<b>[%")


def test_the_assessed_area_hides_nothing():
    layer = ET.fromstring(assessed_area_style()).find("renderer-v2/symbols/symbol/layer")
    assert layer.get("class") == "SimpleLine"
