"""The files that the authors of the published solutions offer.

Second place: assets of release 0.0.1 of https://github.com/selimsef/xview2_solution, named by the ensemble of its
``predict_single.py``. Fifth place: one file, linked from the README of https://github.com/SIAnalytics/dual-hrnet. For
neither are checksums published.
"""

from __future__ import annotations

from dataclasses import dataclass

from xview2_qgis.engine.decision.fifth_place import FifthPlace
from xview2_qgis.engine.decision.rule import DecisionRule
from xview2_qgis.engine.decision.second_place import SecondPlace
from xview2_qgis.engine.decision.views import Tta

from ..bundle.card import Card
from .solution import Solution


@dataclass(frozen=True)
class Offer:
    """What the authors of a solution offer.

    Attributes:
        where: page from which the files are fetched.
        files: short names of the networks by file name.
        code_licence: of the authors' program.
        description: of the networks, for the card.
        rule: how their program decides.
        tta: views of an image that it averages.
    """

    where: str
    files: dict[str, str]
    code_licence: str
    description: str
    rule: DecisionRule
    tta: Tta


def _second_place_files() -> dict[str, str]:
    """Return the 21 files of the final ensemble, in the order of the published program."""
    groups = (
        ("localization_dpn_unet_dpn92", "d92_loc", (0, 1, 2, 3), "dice"),
        ("localization_densenet_unet_densenet161_3", "d161_loc", (0, 1), "dice"),
        ("softmax_dpn_seamese_unet_shared_dpn92", "d92_softmax", (0, 2), "xview"),
        ("pseudo_dpn_seamese_unet_shared_dpn92", "d92_softmax", (0, 2), "xview"),
        ("softmax_densenet_seamese_unet_shared_densenet161", "d161_softmax", (0, 2), "xview"),
        ("pseudo_densenet_seamese_unet_shared_densenet161", "d161_softmax", (0, 2), "xview"),
        ("pseudo_scseresnext_seamese_unet_shared_seresnext50", "se50_softmax", (0, 1, 2, 3), "xview"),
        ("softmax_sampling_efficient_seamese_unet_shared_efficientnet-b2", "b2_softmax", (0, 1), "xview"),
        ("sgd_resnext_seamese_unet_shared_resnext101", "r101_softmax", (0,), "xview"),
    )
    return {f"{name}_{fold}_best_{best}": network for name, network, folds, best in groups for fold in folds}


OFFERS: dict[Solution, Offer] = {
    "second-place": Offer(
        "https://github.com/selimsef/xview2_solution/releases/tag/0.0.1",
        _second_place_files(),
        "Apache-2.0",
        "Second place of the xView2 challenge (selimsef)",
        SecondPlace(),
        "flips",
    ),
    "fifth-place": Offer(
        "https://github.com/SIAnalytics/dual-hrnet (README, link to weight.pth)",
        {"weight.pth": "dual_hrnet"},
        "MIT",
        "Fifth place of the xView2 challenge (SI Analytics, Dual-HRNet)",
        FifthPlace(),
        "none",
    ),
}


def published_card(solution: Solution, name: str, networks: int) -> Card:
    """Return the card of published weights.

    Args:
        solution: whose.
        name: id of the bundle.
        networks: how many there are.
    """
    offer = OFFERS[solution]
    plural = "network" if networks == 1 else "networks"
    return Card(
        id=name,
        title=f"{offer.description}, {networks} published {plural}",
        licence=f"weights: CC BY-NC-SA 4.0, that of xBD, on which they were trained; the authors' code: "
        f"{offer.code_licence}",
        training_data="xBD (Gupta et al. 2019), the challenge's training sets",
        source=f"weights published by their authors at {offer.where}; exported by xview2-export published",
    )
