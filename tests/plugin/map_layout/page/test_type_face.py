"""How much room texts take, against QGIS's own measure of a line."""

from __future__ import annotations

import pytest
from qgis.core import QgsLayoutItemLabel, QgsPrintLayout, QgsProject

from xview2_qgis.map_layout.page.sheet import plain, set_face
from xview2_qgis.map_layout.page.type_face import TypeFace

LONG = "Post-event: Vantor WorldView-3, 7 February 2023, 08:16 UTC, 0.31 m pixels, 21.5° off nadir. "


@pytest.mark.parametrize("size", [5.5, 8.0, 17.0])
@pytest.mark.parametrize("text", [LONG, "Пошкоджено незначно", "أضرار جسيمة في المباني", "Hư hại nặng"])
def test_a_line_is_as_wide_as_qgis_draws_it(project, text, size):
    layout = QgsPrintLayout(QgsProject.instance())
    label = QgsLayoutItemLabel(layout)
    label.setText(text)
    label.setMarginX(0)
    set_face(label, TypeFace(size))
    assert TypeFace(size).width(text) == pytest.approx(label.sizeForText().width(), rel=0.08)


def test_letters_shrink_until_a_text_has_room(qgis_app):
    face = TypeFace(12.0)
    fitted = face.fitted(LONG, 60.0, 12.0)
    assert fitted.size < face.size
    assert fitted.fits(LONG, 60.0, 12.0)
    assert face.fitted("short", 60.0, 12.0) is face


def test_what_has_no_room_even_then_is_shortened(qgis_app):
    face = TypeFace(8.0)
    text = face.shortened(LONG * 20, 60.0, 12.0)
    assert text.endswith("…")
    assert face.fits(text, 60.0, 12.0)
    assert len(text) > 60


def test_words_wider_than_a_line_are_broken(qgis_app):
    face = TypeFace(10.0)
    word = "x" * 300
    broken = face.broken(f"see {word}", 40.0)
    assert broken.replace(" ", "") == f"see{word}"
    assert all(face.width(part) <= 40.0 for part in broken.split())


def test_texts_of_strangers_compute_nothing():
    assert "[%" not in plain("Damage [% env('HOME') %] [%%]")
