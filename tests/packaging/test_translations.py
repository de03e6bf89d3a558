"""The tool that brings translations up to date and checks them, and the translations that there are."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from tests.checkout import ROOT
from tests.packaging.scripts import script

translations = script("translations")
LANGUAGES = translations.languages(ROOT)


@pytest.fixture(scope="module")
def found():
    return translations.checkout_texts(ROOT)


@pytest.fixture
def checkout(tmp_path):
    """Return a function that writes a checkout with one window and one page, and returns its root."""

    def write(source, page="{% trans %}Class{% endtrans %}"):
        for name, text in (
            ("xview2_qgis/window.py", source),
            ("xview2_qgis/engine/output/templates/report.html", page),
            ("xview2_qgis/engine/output/templates/damage.qml", 'tr("no text")'),
        ):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def _update(root, code):
    return translations.update(root, code, translations.checkout_texts(root))


def _catalogue(path):
    with path.open("rb") as file:
        return read_po(file)


def test_what_is_translated_stays_and_what_is_gone_goes(checkout):
    path = _update(checkout('tr("Run")\ntr("Save as <GeoPackage>" " & more")\n'), "de")
    assert {message.id for message in _catalogue(path) if message.id} == {"Run", "Save as <GeoPackage> & more", "Class"}
    path.write_text(path.read_text(encoding="utf-8").replace('"Run"\nmsgstr ""', '"Run"\nmsgstr "Starten"'))
    before = path.read_text(encoding="utf-8")
    _update(checkout('tr("Close")\n\n\ntr("Run")\n'), "de")
    catalogue = _catalogue(path)
    assert catalogue.get("Run").string == "Starten"
    assert {message.id for message in catalogue if message.id} == {"Close", "Run", "Class"}
    assert not catalogue.obsolete
    assert "Save" in before
    assert "Save" not in path.read_text(encoding="utf-8")


def test_a_text_that_changed_a_little_is_to_be_looked_at(checkout):
    path = _update(checkout('tr("Choose the image before the event")'), "de")
    path.write_text(path.read_text(encoding="utf-8").replace('event"\nmsgstr ""', 'event"\nmsgstr "Bild davor wählen"'))
    _update(checkout('tr("Choose an image before the event")'), "de")
    message = _catalogue(path).get("Choose an image before the event")
    assert message.fuzzy
    assert message.string == "Bild davor wählen"
    [finding] = [finding for finding in translations.faults(path.parents[3], "de") if finding.translation]
    assert "fuzzy" in finding.fault


def test_nothing_changes_without_a_reason(checkout):
    source = 'tr("Run")\ntrn("{n} building", "{n} buildings", count)\n'
    path = _update(checkout(source), "uk")
    before = path.read_bytes()
    assert _update(checkout("\n\n# moved\n" + source), "uk").read_bytes() == before
    for changing in (b"Date", b".py:1", b"Generated-By"):
        assert changing not in before
    assert b"nplurals=3" in before


def test_translators_are_told_what_and_where(checkout):
    source = (
        'button = QPushButton(tr("&Run"))\n'
        'label.setToolTip(tr("{} of {name}").format(done, name=title(image)))\n'
        'trn("{n} scene in {place}", "{n} scenes in {place}", len(scenes), place=town)\n'
        "words = {1: mark('Destroyed')}\n"
    )
    page = "{% trans n=number(5), count=5 %}{{ n }} roof{% pluralize count %}{{ n }} roofs{% endtrans %}"
    root = checkout(source, page)
    catalogue = _catalogue(_update(root, "es"))
    assert catalogue.get("&Run").auto_comments == ["start the assessment", "button"]
    assert catalogue.get("{} of {name}").auto_comments == ["tool tip", "with: {0} = done; {name} = title(image)"]
    assert catalogue.get("{n} scene in {place}").auto_comments == ["with: {n} = len(scenes); {place} = town"]
    assert catalogue.get("%(n)s roof").id == ("%(n)s roof", "%(n)s roofs")
    assert catalogue.get("Destroyed") is not None


def test_a_table_goes_out_and_comes_back(checkout):
    from translating.sheet import fill, sheet_text

    path = _update(checkout('QPushButton(tr("Run\\nnow"))\ntrn("{n} building", "{n} buildings", count)\n'), "uk")
    catalogue = translations.read_catalogue(path, "uk")
    lines = [line.split("\t") for line in sheet_text(catalogue, everything=False).splitlines()]
    assert [cells[1] for cells in lines] == ["Class", r"Run\nnow", "{n} building", *["{n} buildings"] * 2]
    assert lines[1][2] == "button"
    given = [f"{cells[0]}\t<{cells[1]}>\n" for cells in lines]
    assert fill(catalogue, [*given, "abc\tx", "\n"]) == ["line 6: there is no text with the key abc"]
    assert catalogue.get("Run\nnow").string == "<Run\nnow>"
    assert catalogue.get("{n} building").string == ("<{n} building>", "<{n} buildings>", "<{n} buildings>")
    assert sheet_text(catalogue, everything=False) == "\n"
    assert len(fill(catalogue, [f"{lines[2][0]}\tx"])) == 1


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("{} of {}", "{} von {}", ""),
        ("{} of {}", "{1}: {0}", ""),
        ("{} of {}", "von {}", "placeholders"),
        ("about {}", "etwa {0}", "not {0}"),
        ("{name} is gone", "{nom} manque", "placeholders"),
        ("{share:.1f} of it", "{share} davon", "placeholders"),
        ("<b>Run</b> it", "<b>Starten</b> hier", ""),
        ("<b>Run</b> it", "Starten", "tags"),
        ("%(n)s of it, 95 %% of all", "%(n)s davon, 95 %% von allem", ""),
        ("%(n)s of it, 95 %% of all", "%(n)s davon, 95 % von allem", "percent"),
        ("95 % of all", "%95 von allem", ""),
        ("&Run", "&Starten", ""),
        ("&Run", "Starten", "key of the button"),
        ("Drag & drop", "Ziehen", ""),
        ("Open…", "Öffnen…", ""),
        ("Open…", "Öffnen...", "end differs"),
        ("Image:", "Image :", ""),
        ("Image:", "Image", "end differs"),
        ("Replace it?", "هل تريد استبداله؟", ""),
        ("Replace it?", "Ersetzen.", "question"),
        ("Destroyed", "Destroyed", "same as in English"),
        ("xView2 – {}", "xView2 – {}", ""),
        ("in it ", "darin", "blanks at the end"),
        ("one\ntwo", "eins zwei", "lines"),
    ],
)
def test_findings(text, translation, fault):
    from translating.findings import findings

    found = list(findings(text, translation))
    assert bool(found) == bool(fault), found
    assert all(fault in finding for finding in found)


def test_one_form_of_several_may_leave_the_number_out():
    from translating.findings import findings

    assert list(findings("{n} building", "مبنى واحد", counted=True)) == []
    assert list(findings("{n} building in {place}", "مبنى واحد", counted=True)) != []
    assert list(findings("Total", "Total", remarks="same")) == []


def test_every_text_is_found(found):
    texts = {text.text for text in found}
    assert len(texts) > 800
    assert {"Pre-event image", "Assess building damage…", "Destroyed", "Confusion matrix", "{n} building"} <= texts


def test_notes_are_about_texts_that_there_are(found):
    from translating.notes import NOTES

    assert NOTES.keys() - {text.text for text in found} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations_are_up_to_date(code, found):
    before = (ROOT / translations.FOLDER / f"{code}.po").read_text(encoding="utf-8")
    assert before == translations.updated_text(ROOT, code, found), "run make translations"


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations_are_complete_and_sound(code):
    assert [str(finding) for finding in translations.faults(ROOT, code)] == []
