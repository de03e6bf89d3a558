"""Files of translations are read as Babel reads them, and compiled as it compiles them."""

from __future__ import annotations

import gettext
import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.language.po_file import mo_bytes, read_po

LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from('"\\\n\t')
)
TEXT = LETTERS.filter(lambda text: text.strip() and "%" not in text)


def _written(catalogue):
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=60)
    return buffer.getvalue().decode("utf-8")


@given(st.dictionaries(TEXT, TEXT, max_size=5), st.dictionaries(TEXT, st.tuples(TEXT, TEXT, TEXT), max_size=3))
def test_texts_are_those_of_babel(single, counted):
    catalogue = Catalog(locale="uk", fuzzy=False)
    for text, translation in single.items():
        catalogue.add(text, translation)
    for text, forms in counted.items():
        catalogue.add((text, text + "s"), forms)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    theirs = gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
    ours = gettext.GNUTranslations(io.BytesIO(mo_bytes(read_po(_written(catalogue)))))
    for text in single.keys() - counted.keys():
        assert ours.gettext(text) == theirs.gettext(text) == single[text]
    for text in counted:
        for number in (1, 2, 5, 11, 21):
            assert ours.ngettext(text, text + "s", number) == theirs.ngettext(text, text + "s", number)


def test_what_is_fuzzy_gone_or_missing_is_not_used():
    content = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '#. a remark\n#, fuzzy\nmsgid "Run"\nmsgstr "Lauf"\n\nmsgid "Stop"\nmsgstr ""\n\n'
        '#~ msgid "Old"\n#~ msgstr "Alt"\n\nmsgid "Save"\nmsgstr "Spei"\n"chern"\n'
    )
    texts = gettext.GNUTranslations(io.BytesIO(mo_bytes(read_po(content))))
    assert [texts.gettext(text) for text in ("Run", "Stop", "Old", "Save")] == ["Run", "Stop", "Old", "Speichern"]


@pytest.mark.parametrize("content", ["msgid Run\n", "<html>", 'msgid "Run', 'msgfoo "x"'])
def test_a_damaged_file_says_where(content):
    with pytest.raises(ValueError, match=r"line 2 is none"):
        read_po("\n" + content)
