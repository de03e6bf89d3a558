"""Names of scenes as names of files."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xview2_qgis.engine.batch.scenes.scene_id import id_fault, made_fit, same_file


@pytest.mark.parametrize("name", ["town", "Köln 3", "a.b", "con-1", "災害", "a'b", "-a", "nul1"])
def test_fine(name):
    assert id_fault(name) == ""
    assert made_fit(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "a/b", "..\\a", "C:a", "a*", 'a"', "a\n", ".hidden", "a.", "a ", "nul", "Con.x", "LPT1", "a!",
        "a;b", "x" * 200, "ü" * 100, "\ud800",
    ],
)  # fmt: skip
def test_refused(name):
    assert id_fault(name)


@given(st.text(max_size=150))
@example("AUX.0")
@example("con." + "x" * 150)
def test_whatever_is_made_fit_is(name):
    fit = made_fit(name)
    assert fit == "" or not id_fault(fit)


def test_names_that_some_system_takes_for_one():
    assert same_file("Straße") == same_file("STRASSE")
    assert same_file("e\u0301") == same_file("É")
    assert same_file("a") != same_file("b")
