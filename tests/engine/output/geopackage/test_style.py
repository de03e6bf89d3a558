import gettext
import xml.etree.ElementTree as ET

import pytest

from tests.engine.output.geopackage.test_writer import CONTRACT
from xview2_qgis.engine.output.geopackage.style import assessed_area_style, filled_style, outline_style
from xview2_qgis.protocol.language.words import Words
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_NAMES, Damage


def option(layer, name):
    return layer.find(f"Option/Option[@name='{name}']").get("value")


def channels(text):
    red, green, blue, alpha = map(int, text.split(","))
    return f"#{red:02x}{green:02x}{blue:02x}", alpha


@pytest.mark.parametrize(("style", "alpha"), [(filled_style, 102), (outline_style, 0)])
def test_one_category_per_final_class_worst_first_in_the_colours_of_the_product(style, alpha):
    renderer = ET.fromstring(style(Words())).find("renderer-v2")
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "final_class")
    symbols = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
    categories = [(category.get("value"), symbols[category.get("symbol")]) for category in renderer.iter("category")]
    worst_first = sorted(Damage, reverse=True)
    assert [name for name, _ in categories] == [CLASS_NAMES[damage] for damage in worst_first] + ["no-building"]
    for damage, (_, symbol) in zip(worst_first, categories, strict=False):
        fill, dark, line = symbol.findall("layer")
        # four tenths: the roof shows through
        assert channels(option(fill, "color")) == (CLASS_COLOURS[damage], alpha)
        assert channels(option(line, "line_color")) == (CLASS_COLOURS[damage], 255)
        assert channels(option(dark, "line_color"))[0] < "#40"
    hollow = categories[-1][1].findall("layer")
    assert channels(option(hollow[0], "color"))[1] == 0
    assert option(hollow[-1], "line_style") == "dash"


def test_fields_are_those_of_the_contract_and_aliases_differ_at_the_start():
    root = ET.fromstring(filled_style(Words()))
    aliases = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
    assert set(aliases) == {"fid", *CONTRACT}
    assert len({alias[:7] for alias in aliases.values()}) == len(aliases)
    assert {field.get("name") for field in root.find("fieldConfiguration")} == set(aliases)
    assert {field.get("name") for field in root.find("editable")} == set(aliases)
    assert [column.get("name") for column in root.iter("column")][:3] == ["fid", "building_id", "final_class"]


def test_only_the_review_can_be_edited():
    root = ET.fromstring(filled_style(Words()))
    editable = [field.get("name") for field in root.find("editable") if field.get("editable") == "1"]
    assert sorted(editable) == ["review_class", "review_note", "reviewed_at", "reviewed_by"]


def test_the_assessed_area_hides_nothing():
    layer = ET.fromstring(assessed_area_style()).find("renderer-v2/symbols/symbol/layer")
    assert layer.get("class") == "SimpleLine"


def test_legend_form_and_map_tip_are_in_the_language_and_values_are_not():
    class Shouted(gettext.NullTranslations):
        def gettext(self, text):
            return f"{text.upper()} – l\u2019é '%]' \\\\"

    root = ET.fromstring(filled_style(Words("xx", Shouted())))
    english = ET.fromstring(filled_style(Words()))
    for kind, attribute in (("category", "value"), ("alias", "field"), ("attributeEditorField", "name")):
        assert [it.get(attribute) for it in root.iter(kind)] == [it.get(attribute) for it in english.iter(kind)]
    assert root.find("renderer-v2/categories/category").get("label").startswith("DESTROYED – l\u2019é")
    assert all(alias.get("name").isascii() is False for alias in root.iter("alias"))
    assert "NOT VISIBLE IN THE POST-EVENT IMAGE" in root.find("mapTip").text
    # what a translation holds ends neither an expression nor the template around it
    assert "''% ]''" in root.find("mapTip").text
    assert root.find("mapTip").text.count("%]") == english.find("mapTip").text.count("%]")
