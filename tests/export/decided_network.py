"""A small network with decided scores, as trained networks have; any combination of outputs."""

import torch
from torch import nn

from training.networks.scores import Scores


class DecidedNetwork(nn.Module):
    def __init__(self, building, damage):
        super().__init__()
        torch.manual_seed(3)
        self.building, self.damage = building, damage
        self.down = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.body = nn.Sequential(nn.Conv2d(32, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.head = nn.Conv2d(16, building + damage, 1)
        with torch.no_grad():
            self.head.weight *= 40

    def forward(self, pre, post):
        x = torch.cat([self.down(pre), self.down(post)], dim=1)
        x = self.head(nn.functional.interpolate(self.body(x), size=pre.shape[-2:], mode="bilinear"))
        building = x[:, : self.building] if self.building else None
        return Scores(building, x[:, self.building :] if self.damage else None)
