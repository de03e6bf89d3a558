"""Metadata for HDX against what its API asks for (OCHA-DAP/hdx-python-api, ``hdx_base_configuration``)."""

import json
import re

import pytest

from tests.engine.publish.published_town import FACTS, PLACES, assert_discreet, product, town, write_facts
from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.publish.exchange.country import country_code
from xview2_qgis.protocol.products import PublishOptions
from xview2_qgis.protocol.scene_facts import EventFacts

REQUIRED = {
    "name", "private", "title", "notes", "dataset_source", "owner_org", "maintainer", "dataset_date",
    "data_update_frequency", "groups", "license_id", "methodology", "tags",
}  # fmt: skip


def published(folder, facts=None, options=None):
    path, output = town(folder, PLACES["metres"]), folder / "hdx"
    output.mkdir()
    write_facts(path, facts or {})
    product(path, "hdx", output, options)
    return json.loads((output / "hdx.json").read_text("utf-8")), (output / "hdx.txt").read_text("utf-8")


def test_required_fields(tmp_path):
    fields, text = published(tmp_path, options=PublishOptions(organisation="Example Org", contact="a@example.org"))
    assert fields.keys() >= REQUIRED
    assert all(fields[name] not in ("", None, []) for name in fields)
    assert re.fullmatch("[a-z0-9-]{2,100}", fields["name"])
    assert fields["groups"] == [{"name": "tur"}]
    assert fields["dataset_date"] == "[2023-02-06T00:00:00 TO 2023-02-07T23:59:59]"
    assert {tag["name"] for tag in fields["tags"]} == {
        "damage assessment", "geodata", "earthquake-tsunami", "natural disasters",
    }  # fmt: skip
    assert fields["dataset_source"] == "Example Org, Vantor & Co"
    assert (fields["license_id"], fields["methodology"]) == ("hdx-other", "Other")
    assert "CC BY-NC 4.0" in fields["license_other"]
    assert "not validated in the field" in fields["caveats"]
    for resource in fields["resources"]:
        assert resource.keys() >= {"name", "format", "description", "url_type", "resource_type"}
    assert "a@example.org" in text


def test_personal_data_are_left_out_and_it_says_so(tmp_path):
    fields, text = published(tmp_path)
    assert_discreet(json.dumps(fields) + text)
    assert "No field holds personal data" in text
    assert "In a conflict" not in text


def test_a_conflict(tmp_path):
    fields, text = published(tmp_path, {"event_type": "conflict"})
    assert "In a conflict" in text
    assert {tag["name"] for tag in fields["tags"]} == {"damage assessment", "geodata", "conflict-violence"}


def test_little_is_known(tmp_path):
    fields, text = published(tmp_path, dict.fromkeys(FACTS))
    assert fields["groups"] == [{"name": "TO FILL IN"}]
    assert fields["dataset_date"] == "[2026-02-03T00:00:00 TO 2026-02-03T23:59:59]"
    assert fields["name"] == "building-damage-event"
    assert "TO FILL IN" in text


def test_one_open_licence(tmp_path):
    fields, _ = published(tmp_path, {"model_licence": "CC BY 4.0", "post_licence": "CC BY 4.0"})
    assert fields["license_id"] == "cc-by"
    assert "license_other" not in fields


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (EventFacts(country="Turkey"), "tur"), (EventFacts(country="TUR"), "tur"), (EventFacts(country="tr"), "tur"),
        (EventFacts(country="Ukraine"), "ukr"), (EventFacts(country="Vietnam"), "vnm"),
        (EventFacts(country="nepal"), "npl"),
        (EventFacts(country="Atlantis"), ""), (EventFacts(glide="EQ-2023-000015-SYR"), "syr"),
        (EventFacts(), ""),
    ],
)  # fmt: skip
def test_countries(event, code):
    assert country_code(event, Wording()) == code


def test_a_country_in_another_language():
    assert country_code(EventFacts(country="Türkiye"), Wording("tr")) in ("tur", "")


def test_the_kind_of_the_event_is_in_the_language_of_the_text(tmp_path):
    _, text = published(tmp_path, options=PublishOptions(language="es"))
    assert "; terremoto; " in text
