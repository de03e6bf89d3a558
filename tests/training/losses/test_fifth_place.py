"""Fifth-place loss against value and gradients of the published program."""

import torch

from training.losses.fifth_place import FifthPlaceLoss
from training.losses.target import Target
from training.networks.scores import Scores

from .published_values import compare, leaf, mask


def test_training_loss():
    name = "dual_hrnet_training_loss"
    building, damage, truth = leaf(f"{name}.loc_logits"), leaf(f"{name}.cls_logits"), mask(name)
    target = Target(torch.where(truth == 255, truth, (truth > 0).to(torch.uint8)), truth)
    parts = FifthPlaceLoss()(Scores(building, damage), target)
    compare(name, sum(parts.values()), grad_loc_logits=building, grad_cls_logits=damage)
