"""Pairs of images found in two folders, by name or by date; what is not certain is listed and never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from ....protocol.image_order import ImageNames, is_older
from ...errors import InputError
from .catalog import Scene
from .scene_id import made_fit, same_file
from .scene_name import Place, SceneName

#: By what images are matched.
Match = Literal["name", "date"]

#: Endings of images; sidecars, tables and the like in the folders are none.
_IMAGES = {
    ".tif", ".tiff", ".jp2", ".j2k", ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".img", ".vrt", ".ntf", ".nitf",
    ".mbtiles", ".dim", ".til", ".rsw",
}  # fmt: skip

#: Returns when an image was taken, None where nothing says it.
Dated = Callable[[Path], datetime | None]


@dataclass(frozen=True)
class LeftOver:
    """An image that no scene uses.

    Attributes:
        path: the image.
        reason: why, in words that follow its name.
    """

    path: Path
    reason: str


@dataclass
class Matched:
    """What was found in two folders.

    Attributes:
        scenes: the pairs, by the names of their pre-event images.
        left_over: all other images.
    """

    scenes: list[Scene] = field(default_factory=list)
    left_over: list[LeftOver] = field(default_factory=list)


@dataclass
class _Site:
    """All images of one place."""

    pre: list[Path] = field(default_factory=list)
    post: list[Path] = field(default_factory=list)


def match_folders(pre: Path, post: Path, by: Match, dated: Dated) -> Matched:
    """Return the pairs of two folders.

    By name: one image in each folder whose names are the same but for dates and words of before and after. By date: of
    several images of a place the last one before the event and the first one after it.

    Args:
        pre: folder of the pre-event images; not the folders in it.
        post: folder of the post-event images; may be the same, where words tell the two apart.
        by: see above.
        dated: asked where a place has several images, by date only.

    Raises:
        InputError: a folder cannot be read (``match-folder``), or nothing fits together (``match-none``).
    """
    found = Matched()
    sites = _sites(_images(pre), _images(post), found)
    for place, site in sorted(sites.items()):
        pair = _only(site) if by == "name" else _nearest(site, dated)
        if isinstance(pair, str):
            found.left_over += [LeftOver(path, pair) for path in dict.fromkeys((*site.pre, *site.post))]
            continue
        found.left_over += [
            LeftOver(path, f"another image of the same place, {_names(pair)}, is nearer to the event")
            for path in (*site.pre, *site.post) if path not in pair
        ]  # fmt: skip
        found.scenes.append(_scene(place, pair, found.scenes))
    if not found.scenes:
        raise InputError(
            f"no image of {pre.name} fits one of {post.name} by {by}",
            "write a list of scenes (CSV with the columns id, pre, post), or give both images of a place one name",
            "match-none",
        )
    found.scenes.sort(key=lambda scene: scene.pre)
    found.left_over.sort(key=lambda left: str(left.path))
    return found


def _images(folder: Path) -> list[Path]:
    try:
        return sorted(
            entry.absolute() for entry in folder.iterdir()
            if entry.suffix.lower() in _IMAGES and not entry.name.startswith(".") and entry.is_file()
        )  # fmt: skip
    except OSError as error:
        raise InputError(
            f"the folder {folder} cannot be read ({error.strerror})", "check the path", "match-folder"
        ) from error


def _sites(before: Sequence[Path], after: Sequence[Path], found: Matched) -> dict[Place, _Site]:
    """Return the places that both folders show; images of others are left over."""
    older, newer = _by_place(before, before=True), _by_place(after, before=False)
    sites: defaultdict[Place, _Site] = defaultdict(_Site)
    used: defaultdict[Path, set[Place]] = defaultdict(set)
    for place in older.keys() & newer.keys():
        pairs = [(a, b) for a, one in older[place] for b, other in newer[place] if a != b and _fits(a, one, b, other)]
        for image, other in pairs:
            sites[place].pre += [] if image in sites[place].pre else [image]
            sites[place].post += [] if other in sites[place].post else [other]
            used[image].add(place)
            used[other].add(place)
    for image in sorted({*before, *after}):
        if image not in used:
            found.left_over.append(LeftOver(image, "nothing in the other folder fits its name and date"))
    # an image that may belong to two places belongs to none
    unclear = {image for image, places in used.items() if len(places) > 1}
    for place in [place for place, site in sites.items() if unclear & {*site.pre, *site.post}]:
        site = sites.pop(place)
        for image in (*site.pre, *site.post):
            if image not in {left.path for left in found.left_over}:
                found.left_over.append(LeftOver(image, "its name fits several others"))
    return dict(sites)


def _by_place(images: Iterable[Path], *, before: bool) -> dict[Place, list[tuple[Path, frozenset[int]]]]:
    found: defaultdict[Place, list[tuple[Path, frozenset[int]]]] = defaultdict(list)
    for image in images:
        for place, languages in SceneName(image.stem).places(before=before).items():
            found[place].append((image, languages))
    return found


def _fits(pre: Path, pre_languages: frozenset[int], post: Path, post_languages: frozenset[int]) -> bool:
    """Return whether two images of one place may be a pair: the words are of one language, and no order speaks against.

    Two images of the same folder need words or dates that tell them apart.
    """
    if pre_languages and post_languages and not pre_languages & post_languages:
        return False
    older = is_older(ImageNames(pre.stem), ImageNames(post.stem))
    return older is True if pre.parent == post.parent else older is not False


def _only(site: _Site) -> tuple[Path, Path] | str:
    if len(site.pre) == len(site.post) == 1:
        return site.pre[0], site.post[0]
    return f"there are {len(site.pre)} pre-event and {len(site.post)} post-event images of that name"


def _nearest(site: _Site, dated: Dated) -> tuple[Path, Path] | str:
    """Return the last image before and the first one after, or why there are none."""
    if len(site.pre) == len(site.post) == 1:
        return site.pre[0], site.post[0]
    dates = {image: dated(image) for image in (*site.pre, *site.post)}
    known = {image: day for image, day in dates.items() if day is not None}
    without = [image.name for image in dates if image not in known]
    if without:
        return f"there are several images of that name, and nothing says when {without[0]} was taken"
    last, first = max(known[image] for image in site.pre), min(known[image] for image in site.post)
    pre = [image for image in site.pre if known[image] == last]
    post = [image for image in site.post if known[image] == first]
    if len(pre) > 1 or len(post) > 1:
        return "there are several images of that name and date"
    if last >= first:
        return f"the dates of that place are not in order: {pre[0].name} is not older than {post[0].name}"
    return pre[0], post[0]


def _names(pair: tuple[Path, Path]) -> str:
    return " or ".join(path.name for path in pair)


def _scene(place: Place, pair: tuple[Path, Path], others: Sequence[Scene]) -> Scene:
    pre, post = pair
    wanted = made_fit(SceneName(post.stem).title(place)) or made_fit(post.stem) or "scene"
    taken = {same_file(scene.id) for scene in others}
    return Scene(next(name for name in _numbered(wanted) if same_file(name) not in taken), str(post), str(pre))


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
