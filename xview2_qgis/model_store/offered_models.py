"""What a run can be told to use: the models that are here, and the choice between both copies of the default one."""

from __future__ import annotations

from dataclasses import replace

from ..available_models import AvailableModel, available_models
from ..i18n.translation import tr
from ..protocol.locations import AUTOMATIC_MODEL, DEFAULT_MODEL, DEFAULT_MODEL_INT8
from ..protocol.published_models import published_model
from .catalogue import model_to_fetch


def offered_models() -> list[AvailableModel]:
    """Return the models to choose from, what is proposed first.

    That is the automatic choice where both copies of the default model are here: one network with the same licence,
    pixel size and needs, so all that is known of it is what is known of the default model. The default model is offered
    in any case: without it most people have none.
    """
    models = available_models()
    usual = next((model for model in models if model.name == DEFAULT_MODEL), None)
    if usual is None:
        published = published_model(DEFAULT_MODEL)
        # without any description at hand the engine still knows its default model
        return [model_to_fetch(published) if published else AvailableModel(DEFAULT_MODEL, DEFAULT_MODEL), *models]
    if all(model.name != DEFAULT_MODEL_INT8 for model in models):
        return models
    title = tr("Automatic (the faster of compact and compact-int8 on this computer)")
    return [replace(usual, name=AUTOMATIC_MODEL, title=title), *models]
