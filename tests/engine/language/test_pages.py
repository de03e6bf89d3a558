"""Pages for people in a made-up language: whatever is not a name has gone through a translation."""

from __future__ import annotations

import re

import pytest

from tests.engine.report.page_outline import PageOutline
from tests.engine.report.reported_town import FACTS, change, tell, write_town
from tests.pseudo_language import Pseudo, foreign_words
from xview2_qgis.engine.cli import main
from xview2_qgis.protocol.language import words

#: Names of things, measures, and the record of the drawn town.
NAMES = {
    "xView", "UTC", "CPU", "GPU", "CRS", "EPSG", "WGS", "UTM", "km", "m²", "ha", "gpkg", "tif", "town", "pre", "post",
    "GLIDE", "CC", "BY", "NC", "SA", "MIT", "fp", "cpu", "CPUExecutionProvider", "png", "tiny", "February", "October",
    "final_class", "xview", "python", "onnxruntime", "gdal", "proj", "numpy", "ab" * 32,
    *(word for value in FACTS.values() if isinstance(value, str) for word in foreign_words(value)),
}  # fmt: skip


@pytest.fixture
def result(tmp_path, monkeypatch):
    """A result with reviews and facts, and a made-up language ``xr`` from right to left."""
    monkeypatch.setattr(words, "catalogue", lambda code, folder: Pseudo() if code == "xr" else None)
    path = write_town(tmp_path / "town.gpkg")
    tell(path, **FACTS)
    change(path, "UPDATE damage SET review_class = 'minor-damage' WHERE building_id IN (2, 3)")
    change(path, "UPDATE damage SET review_class = 'no-building' WHERE building_id = 5")
    return path


def _page(result, command):
    page = result.with_name("page.html")
    known = {
        "totals": ["totals", str(result), "--report", str(page)],
        "score": ["score", str(result), "--reference", str(result), "--report", str(page)],
        "report": ["report", str(result), "--output", str(page)],
    }
    assert main([*known[command], "--language", "xr"]) == 0
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["totals", "score", "report"])
def test_nothing_is_untranslated(result, command, capsys):
    outline = PageOutline(_page(result, command))
    # the run's id differs, and a number in bold parts its sentence
    texts = [text.strip() for *_, text in outline.texts if "~" not in text and not re.fullmatch(r"[0-9a-f]{32}", text)]
    foreign = [text for text in texts if set(foreign_words(text)) - NAMES]
    for shown in ("alt", "title", "aria-label"):
        values = [str(attributes[shown]) for _, attributes in outline.tags if attributes.get(shown)]
        foreign += [text for text in values if set(foreign_words(text)) - NAMES]
    assert not foreign, "\n".join(foreign)
    [page] = outline.all("html")
    assert (page["lang"], page["dir"]) == ("xr", "rtl")


@pytest.mark.parametrize("command", ["totals", "score"])
def test_tables_for_programs_are_the_same_in_every_language(result, command, capsys):
    table = result.with_name("table.csv")
    given = {"totals": [], "score": ["--reference", str(result)]}[command]
    written = []
    for language in ("en", "xr"):
        arguments = [command, str(result), *given, "--csv", str(table), "--overwrite", "--language", language]
        assert main([*arguments, "--events", "json"]) == 0
        written.append((table.read_bytes(), capsys.readouterr().out))
    assert written[0] == written[1]
