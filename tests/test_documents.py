"""Documents name files that exist."""

import re

import pytest

from tests.checkout import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Where a path of the page of the architecture may begin.
STARTS = [ROOT, ROOT / "xview2_qgis", ROOT / "xview2_qgis" / "engine"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if ":" not in target and not (document.parent / target).exists()]
    assert missing == []


def exists(path):
    # the last part may be a name inside a module
    attempts = [path, path + ".py", path.rpartition(".")[0] + ".py"]
    return any((start / attempt).exists() for start in STARTS for attempt in attempts if attempt != ".py")


def test_the_architecture_names_what_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:[a-z_0-9]+/)+[A-Za-z_.0-9]+)`", text)
    assert len(paths) > 20
    assert [path for path in paths if not exists(path)] == []
