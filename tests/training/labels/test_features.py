"""What is wrong with a label file is said in one line that names it."""

import json

import pytest

from training.labels import IGNORED, LabelError, read_features


def entry(wkt="POLYGON ((0 0, 2 0, 2 2, 0 0))", **properties):
    return {"properties": properties, "wkt": wkt}


def content(*entries):
    return json.dumps({"features": {"xy": list(entries)}})


def test_values_in_file_order(tmp_path):
    path = tmp_path / "label.json"
    path.write_text(content(entry(subtype="destroyed"), entry(), entry(subtype="un-classified")))
    assert [f.value for f in read_features(path)] == [4, 1, IGNORED]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not an xBD label file"),
        ("[]", "not an xBD label file"),
        ('{"features": {}}', r"no 'xy'"),
        ('{"features": {"xy": null}}', "not an xBD label file"),
        ('{"features": {"xy": [7]}}', "not an xBD label file"),
        ('{"features": {"xy": [{"properties": {}}]}}', r"no 'wkt'"),
        (content(entry(wkt=5)), "not an xBD label file"),
        (content(entry(wkt="POLYGON ((0 0, 1 1))")), "unreadable polygon"),
        (content(entry(wkt="POLYGON ((0 0, 1e300 0, 2 2, 0 0))")), "no pixels"),
        (content(entry(subtype="burnt")), "unknown damage class 'burnt'; known are no-damage"),
        (content(entry(subtype=["burnt"])), "not an xBD label file"),
    ],
)
def test_bad_label_names_the_file(tmp_path, text, message):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(LabelError, match=rf"bad\.json: .*{message}") as caught:
        read_features(path)
    assert "\n" not in str(caught.value)


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(LabelError, match=r"none\.json"):
        read_features(tmp_path / "none.json")
    (tmp_path / "image.json").write_bytes(bytes(range(256)))
    with pytest.raises(LabelError, match=r"image\.json"):
        read_features(tmp_path / "image.json")
