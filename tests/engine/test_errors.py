"""Errors: their exit codes, and that each fits into one line that says what to do."""

import ast
import re
from pathlib import Path

import pytest

from xview2_qgis.engine import errors
from xview2_qgis.engine.errors import Cancelled, EngineError, InputError, ModelError, RuntimeFailure, UsageError

# all but the wish of the user say in words of their own what is wrong
KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, EngineError) and kind is not Cancelled
}


# as the product's contract has them, section 3: scripts look at nothing else
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("a", "b", "c"), 2),
        (InputError("a", "b", "c"), 3),
        (ModelError("a", "b", "c"), 4),
        (RuntimeFailure("a", "b", "c"), 5),
        (Cancelled(), 130),
    ],
)
def test_exit_codes_are_those_of_the_contract(error, code):
    assert error.exit_code == code
    assert isinstance(error, EngineError)


def test_every_kind_ends_with_a_code_of_the_contract():
    assert EngineError("a", "b", "c").exit_code == 5
    assert {"UsageError", "InputError", "ModelError", "RuntimeFailure"} < KINDS
    assert {getattr(errors, name).exit_code for name in KINDS} == {2, 3, 4, 5}


def test_an_error_says_what_is_wrong_and_what_to_do():
    error = InputError("the images do not overlap", "choose images of the same place", "no-overlap")
    assert str(error) == "the images do not overlap: choose images of the same place"
    assert (error.message, error.hint, error.code) == (*str(error).split(": "), "no-overlap")


def test_what_libraries_say_in_several_lines_becomes_one():
    error = RuntimeFailure("CUDA failure 2:\n\n   out of memory\r\n", "\tuse the\n  CPU ", "out-of-memory")
    assert str(error) == "CUDA failure 2: out of memory: use the CPU"
    assert RuntimeFailure("", "\n", "c").message == ""


@pytest.mark.parametrize("wrong", [(), ("what",), ("what", "what to do")])
def test_no_error_without_a_hint_and_a_code(wrong):
    with pytest.raises(TypeError):
        InputError(*wrong)


def test_who_cancels_is_told_how_to_start_over():
    error = Cancelled()
    assert error.code == "cancelled"
    assert "same command again" in error.hint


@pytest.mark.parametrize(
    ("text", "length", "said"),
    [
        ("", 5, ""),
        ("short", 5, "short"),
        ("longer", 5, "longe…"),
        ("Häuser ä", 6, "Häuser…"),
        ("x" * 90, 80, "x" * 80 + "…"),
    ],
)
def test_what_is_long_is_cut_and_says_so(text, length, said):
    assert errors.brief(text, length) == said


def written_errors():
    """Texts of every error that the engine raises, f-strings without what they fill in; by file and line."""
    for path in sorted(Path(errors.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS:
                yield f"{path.name}:{node.lineno}", [text_of(argument) for argument in node.args]


def text_of(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None


def test_every_error_of_the_engine_is_written_as_promised():
    found = list(written_errors())
    assert len(found) > 50
    for where, texts in found:
        assert len(texts) == 3, where
        *sentences, code = texts
        assert code is None or re.fullmatch(r"(…|[a-z]+)(-(…|[a-z]+))*", code), (where, code)
        for sentence in sentences:
            # None is what is worked out elsewhere
            assert sentence is None or (sentence and not sentence.endswith((".", "!"))), (where, sentence)
