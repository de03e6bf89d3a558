"""Which image is the older one: told by dates and words of many languages, and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from xview2_qgis.protocol.image_order import ImageNames, is_older, only_pair


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("before", "after"),
        ("pre", "post"),
        ("PRE", "POST"),
        ("pre", "after"),
        ("hurricane-michael_00000001_pre_disaster", "hurricane-michael_00000001_post_disaster"),
        ("PreEvent", "PostEvent"),
        ("predisaster", "postdisaster"),
        ("town1before", "town1after"),
        ("avant", "apres"),
        ("Image avant", "Image après"),
        ("vor", "nach"),
        ("Luftbild vorher", "Luftbild nachher"),
        ("antes", "después"),
        ("antes", "depois"),
        ("prima", "dopo"),
        ("przed_burza", "po_burzy"),
        ("ÖNCESİ", "SONRASI"),
        ("önce", "sonra"),
        ("до", "после"),
        ("до", "після"),
        ("πριν", "μετά"),
        ("地震前", "地震後"),
        ("灾前", "灾后"),
        ("前", "後"),
        ("지진전", "지진후"),
        ("قبل", "بعد"),
        ("trước", "sau"),
        ("पहले", "बाद"),
        ("voor", "na"),
        ("town_20230201", "town_20230212"),
        ("2023-02-12 a", "2023-11-01 a"),
        ("z 01.12.2022", "a 15.01.2023"),
        ("20230206_turkey_pre", "20230206_turkey_post"),  # the date is that of the event
    ],
)
def test_names_that_tell(older, newer):
    assert is_older(ImageNames(older), ImageNames(newer)) is True
    assert is_older(ImageNames(newer), ImageNames(older)) is False
    # wherever the name comes from
    assert is_older(ImageNames("Layer 1", older), ImageNames("Layer 2", newer)) is True


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "b"),
        ("", ""),
        ("image 1", "image 2"),
        ("2022", "2023"),  # years alone may be versions
        ("preview", "postcard"),
        ("prefecture", "postal"),
        ("pre", "town"),
        ("before after", "after"),
        ("before", "before"),
        ("vor", "apres"),
        ("po", "na"),
        ("前橋", "後楽園"),
        ("after_2023-01-01", "before_2023-02-01"),  # words and dates contradict each other
        ("a_2023-01-01", "b_2023-01-01"),
    ],
)
def test_names_that_do_not_tell(first, second):
    assert is_older(ImageNames(first), ImageNames(second)) is None
    assert is_older(ImageNames(second), ImageNames(first)) is None


def test_a_layer_and_its_file_must_agree():
    assert ImageNames("2023-02-01", "town_20230201").day == date(2023, 2, 1)
    assert ImageNames("2023-02-01", "town_20230202").day is None
    assert is_older(ImageNames("before", "post"), ImageNames("after", "pre")) is None


def pair(*names):
    return only_pair([(name, ImageNames(name)) for name in names])


def test_the_only_pair():
    assert pair("nach", "vor") == ("vor", "nach")
    assert pair("b 20230301", "a 20230401") == ("b 20230301", "a 20230401")
    assert pair("pre") is None
    assert pair() is None
    # of more than two images a pair is what is named so
    assert pair("elevation", "post", "pre") == ("pre", "post")
    assert pair("pre", "post", "post 2") is None
    assert pair("20230101", "20230201", "20230301") is None
