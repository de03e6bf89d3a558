"""What the plugin knows of the models that it can fetch; against the files themselves: tests/packaging."""

import re
from urllib.parse import urlsplit

from xview2_qgis.protocol.published_models import licence_text, published_models


def test_everything_that_is_shown_or_checked_is_there():
    models = published_models()
    assert [model.id for model in models] == sorted({model.id for model in models})
    for model in models:
        assert re.fullmatch("[0-9a-f]{64}", model.sha256)
        assert 1_000_000 < model.size_bytes < 25_000_000
        assert urlsplit(model.address).scheme == "https"
        assert model.address.endswith(f"/{model.file}")
        assert model.file == f"{model.id}.xv2.zip"
        assert all((model.title, model.licence, model.training_data, model.summary))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", score.date) for score in model.scores)


def test_the_licence_that_is_shown_is_that_of_the_models():
    text = licence_text()
    for model in published_models():
        assert model.licence in text
        assert model.licence_address in text
        assert model.id in text
