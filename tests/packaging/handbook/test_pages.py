"""The handbook's pages: plain Markdown, all on the page map; their pictures, commands, codes and figures are true."""

import json
import re
import struct

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script
from tests.test_documented_codes import engine_codes
from xview2_qgis.protocol.codes import ErrorCode

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PICTURES = DOCS / "images" / "handbook"
LARGEST_BYTES = 120_000


def text(page):
    return page.read_text(encoding="utf-8")


def pictures(page):
    return {(page.parent / target).resolve() for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text(page))}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_page_is_plain_markdown(page):
    """QGIS's own viewer and code hosts know no directives, roles and targets of Sphinx."""
    assert not re.search(r"^(```|:::)\{|^\([\w-]+\)=$|\{(ref|doc)\}`", text(page), re.MULTILINE)
    assert text(page).startswith("# ")
    assert len(re.findall(r"^# ", re.sub(r"^```.*?^```", "", text(page), flags=re.M | re.S), re.MULTILINE)) == 1


def test_the_page_map_names_every_page():
    named = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^):#]+\.md)\)", text(DOCS / "index.md"))}
    assert {page for page in PAGES if page != DOCS / "index.md"} <= named


def test_every_picture_is_there_and_is_used():
    named = set().union(*map(pictures, [*PAGES, ROOT / "README.md"]))
    assert {picture for picture in named if not picture.is_file()} == set()
    assert {path for path in (DOCS / "images").rglob("*.*") if path.is_file()} <= named


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*.png")), ids=lambda path: path.stem)
def test_a_screenshot_is_small_and_has_a_palette(picture):
    content = picture.read_bytes()
    width, height, depth, colours = struct.unpack(">IIBB", content[16:26])
    assert colours == 3  # by PNG's specification: each pixel is a place in the palette
    assert depth <= 8
    assert min(width, height) >= 40
    assert max(width, height) <= 1400
    assert len(content) < LARGEST_BYTES
    assert b"tIME" not in content  # the same picture is the same file


def test_every_message_of_the_engine_is_explained():
    page = text(DOCS / "handbook" / "messages.md")
    explained = set(re.findall(r"`([a-z][a-z0-9-]+)`", re.sub(r"^## Hints.*", "", page, flags=re.M | re.S)))
    assert engine_codes() <= explained, sorted(engine_codes() - explained)
    hints = set(re.findall(r"`([a-z][a-z0-9-]+)`", page.partition("## Hints")[2]))
    source = (ROOT / "xview2_qgis/engine_process/hints.py").read_text(encoding="utf-8")
    assert {getattr(ErrorCode, name) for name in re.findall(r"ErrorCode\.([A-Z_]+)", source)} == hints


def test_commands_are_right():
    assert script("handbook.commands").faults(ROOT) == []


@pytest.mark.parametrize(
    "words",
    [
        "xview2 assess --pre a.tif",
        "xview2 asses",
        "xview2-train fit --confg x.yaml",
        "xview2-export onnx",
        "make tset",
        "python3 packaging/nothing.py",
        "python -m benchmarks.nothing",
        "qgis_process run xview2:assess --PRO=a.tif",
    ],
)
def test_wrong_commands_are_found(tmp_path, words):
    page = tmp_path / "page.md"
    page.write_text(f"```\n{words}\n```\n")
    [typed] = script("handbook.code_blocks").commands(page)
    assert script("handbook.commands").fault(typed, ROOT) != ""


def test_commands_are_found_in_blocks_and_in_texts(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "Type `ENV/bin/xview2 doctor`:\n\n```\nA=1 xview2 assess … --output a.gpkg --resume   # goes on\n"
        "xview2-train fit \\\n    --resume && make test\n```\n\n```python\nxview2 = 1\n```\n"
    )
    found = script("handbook.code_blocks").commands(page)
    assert [(typed.program, typed.words, typed.whole) for typed in found] == [
        ("xview2", ("assess", "--output", "a.gpkg", "--resume"), False),
        ("xview2-train", ("fit", "--resume"), True),
        ("make", ("test",), True),
        ("xview2", ("doctor",), False),
    ]


def test_the_page_of_the_options_is_up_to_date():
    """Else: make reference-pages."""
    reference = script("handbook.option_reference")
    assert text(ROOT / reference.PAGE) == reference.page()


def test_figures_are_those_of_the_model():
    """The limits quote the summary of the default model."""
    summary = json.loads((ROOT / "xview2_qgis/models/compact/model.json").read_text(encoding="utf-8"))["summary"]
    figures = re.findall(r"of 100 [a-z ]+ (\d+)", summary)
    assert len(figures) == 2
    assert re.findall(r"of 100 [a-z ]+ (\d+)", text(DOCS / "handbook" / "limits.md"))[:2] == figures
