"""Colours of the synthetic town: what ground, plants and roofs look like in three climates."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Palette:
    """Colours (red, green, blue, 0–255) of one climate.

    Attributes:
        grass: meadows and lawns.
        soil: bare ground.
        trees: crowns.
        roofs: pitched roofs.
        flat_roofs: flat roofs.
        fields: crops.
        asphalt: roads.
        water: ponds and rivers.
        tree_cover: trees per lot, relative.
        pool_share: share of houses with a pool.
        greenness: share of grass against soil in the open, 0–1.
        flat_share: share of houses with a flat roof.
    """

    grass: Colour
    soil: Colour
    trees: tuple[Colour, ...]
    roofs: tuple[Colour, ...]
    flat_roofs: tuple[Colour, ...]
    fields: tuple[Colour, ...]
    asphalt: Colour
    water: Colour
    tree_cover: float
    pool_share: float
    greenness: float
    flat_share: float


_GREY_ROOFS: tuple[Colour, ...] = ((106, 106, 104), (84, 86, 88), (126, 122, 116), (70, 72, 76), (146, 148, 148))
_BROWN_ROOFS: tuple[Colour, ...] = ((120, 100, 84), (138, 114, 92), (98, 82, 70), (148, 128, 106))
_RED_ROOFS: tuple[Colour, ...] = ((150, 92, 70), (166, 104, 78), (136, 80, 64), (172, 122, 94))
_METAL_ROOFS: tuple[Colour, ...] = ((206, 208, 206), (186, 192, 196), (228, 228, 222), (150, 176, 186), (104, 128, 138))
_FLAT_ROOFS: tuple[Colour, ...] = ((200, 198, 190), (168, 164, 156), (222, 220, 214), (132, 128, 122), (150, 140, 128))

PALETTES: dict[str, Palette] = {
    "temperate": Palette(
        grass=(94, 110, 72),
        soil=(140, 126, 102),
        trees=((52, 72, 48), (60, 80, 50), (46, 64, 46), (72, 86, 54)),
        roofs=_GREY_ROOFS * 2 + _BROWN_ROOFS + _RED_ROOFS[:2] + _METAL_ROOFS[:3],
        flat_roofs=_FLAT_ROOFS,
        fields=((112, 122, 76), (146, 132, 96), (92, 112, 66), (160, 148, 108)),
        asphalt=(122, 122, 116),
        water=(62, 74, 70),
        tree_cover=1.0,
        pool_share=0.10,
        greenness=0.72,
        flat_share=0.08,
    ),
    "arid": Palette(
        grass=(122, 122, 88),
        soil=(172, 150, 118),
        trees=((78, 84, 58), (90, 92, 64), (66, 76, 54)),
        roofs=_RED_ROOFS * 2 + _BROWN_ROOFS + _GREY_ROOFS[:3] + _METAL_ROOFS[:2],
        flat_roofs=(*_FLAT_ROOFS, (186, 164, 136), (206, 188, 160)),
        fields=((168, 150, 112), (136, 132, 88), (186, 166, 130)),
        asphalt=(132, 128, 120),
        water=(70, 86, 84),
        tree_cover=0.4,
        pool_share=0.16,
        greenness=0.25,
        flat_share=0.45,
    ),
    "tropical": Palette(
        grass=(84, 112, 62),
        soil=(158, 124, 90),
        trees=((44, 72, 40), (54, 84, 42), (62, 90, 48), (40, 62, 38)),
        roofs=_METAL_ROOFS * 2 + _RED_ROOFS + _GREY_ROOFS[:3] + _BROWN_ROOFS[:2],
        flat_roofs=_FLAT_ROOFS,
        fields=((96, 124, 62), (120, 132, 72), (150, 120, 84)),
        asphalt=(126, 122, 112),
        water=(84, 84, 64),
        tree_cover=1.2,
        pool_share=0.05,
        greenness=0.82,
        flat_share=0.18,
    ),
}

POOL: Colour = (96, 176, 190)
CONCRETE: Colour = (172, 168, 156)
TARP: Colour = (62, 92, 176)
WOOD: Colour = (176, 142, 106)
MUD: Colour = (128, 110, 84)
ASH: Colour = (176, 170, 158)
CHAR: Colour = (52, 46, 40)
CAR_COLOURS: tuple[Colour, ...] = (
    (222, 222, 222),
    (206, 208, 210),
    (60, 62, 66),
    (128, 130, 134),
    (44, 44, 48),
    (140, 44, 40),
    (56, 76, 120),
    (176, 170, 156),
)
RUBBLE_COLOURS: tuple[Colour, ...] = (
    (206, 198, 184),
    (176, 166, 150),
    (148, 132, 112),
    (112, 100, 88),
    (72, 66, 60),
    (182, 138, 106),
    (226, 222, 214),
    (134, 118, 100),
)
