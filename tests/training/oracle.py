"""A network that knows the truth of a folder, for tests of everything that comes after a network."""

import numpy as np
import torch
from torch import nn

from training.data.xbd import list_pairs, read_pair
from training.networks.normalisation import normalise
from training.networks.scores import Scores


class Oracle(nn.Module):
    """Recognises an image by its pixels and says the truth, or what ``change`` makes of it.

    ``change`` gets the masks building and damage (un-classified as 1), and returns them.
    """

    def __init__(self, folder, change=lambda building, damage: (building, damage), says="joint"):
        super().__init__()
        self.anchor = nn.Parameter(torch.zeros(1))
        self.says = says
        self.known = []
        for files in list_pairs(folder):
            pair = read_pair(files)
            image = torch.from_numpy(pair.pre.transpose(2, 0, 1).copy())[None]
            damage = np.where(pair.damage == 255, 1, pair.damage)
            self.known.append((normalise(image), *change(pair.building, damage)))

    def forward(self, pre, post):
        building, damage = next((b, d) for image, b, d in self.known if torch.equal(image, pre))
        building = 20.0 * torch.from_numpy(building)[None, None].float() - 10
        first = 0 if self.says == "five" else 1
        damage = torch.from_numpy(np.stack([damage == c for c in range(first, 5)]))[None].float() * 20
        return Scores(
            building if self.says in ("joint", "localization") else None,
            None if self.says == "localization" else damage,
        )
