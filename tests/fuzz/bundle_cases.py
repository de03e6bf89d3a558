"""Model bundles from a stranger. What is accepted must run."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import struct
import zipfile
from pathlib import Path

import onnx
from onnx import TensorProto

from tests.engine.tiny_bundle import zip_bundle
from tests.fuzz.corpus import Corpus
from tests.fuzz.mutation import NUMBERS, VALUES, changed_bytes, changed_tree, tree_bytes, truncated
from tests.fuzz.raster_cases import Kind, Options

_NETWORK, _CARD = "joint.onnx", "model.json"


def _copy(place: Path, corpus: Corpus) -> Path:
    return Path(shutil.copytree(corpus.model, place / "bundle"))


def _sealed(folder: Path, data: bytes) -> Options:
    """Put bytes in place of the network, with their checksum in the card."""
    (folder / _NETWORK).write_bytes(data)
    card = json.loads((folder / _CARD).read_text())
    card["networks"][0]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / _CARD).write_text(json.dumps(card))
    return {"model": str(folder)}


def card_tree(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A card with other values, parts missing, nested deeply."""
    folder = _copy(place, corpus)
    card = json.loads((folder / _CARD).read_text())
    (folder / _CARD).write_bytes(tree_bytes(draw, changed_tree(draw, card)))
    return {"model": str(folder)}


def card_values(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A card whose texts and numbers are odd, each of them alone."""
    folder = _copy(place, corpus)
    card = json.loads((folder / _CARD).read_text())
    holder = draw.choice((card, card, card["decision"], card["networks"][0], card["scores"][0]))
    holder[draw.choice(sorted(holder))] = draw.choice(
        (*VALUES, "../joint.onnx", "/etc/passwd", "NUL", "aux.onnx", "<img src=x>", "a\nb")
    )
    try:
        (folder / _CARD).write_text(json.dumps(card))
    except ValueError:
        (folder / _CARD).write_bytes(b"\xff")
    return {"model": str(folder)}


def network_bytes(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A network with damaged bytes, and the checksum of these."""
    folder = _copy(place, corpus)
    data = (folder / _NETWORK).read_bytes()
    change = draw.choice((truncated, changed_bytes, changed_bytes, changed_bytes))
    return _sealed(folder, change(draw, data))


def network_graph(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A network that can be read and whose nodes, shapes, weights or names are wrong."""
    folder = _copy(place, corpus)
    model = onnx.load(folder / _NETWORK)
    graph = model.graph
    for _ in range(draw.choice((1, 1, 2, 4))):
        node, tensor = draw.choice(graph.node), draw.choice(graph.initializer)
        match draw.randrange(12):
            case 0:
                node.op_type = draw.choice(
                    (
                        "Identity",
                        "Loop",
                        "If",
                        "Scan",
                        "Reshape",
                        "Gather",
                        "NonZero",
                        "Resize",
                        "Softmax",
                        "Nonsense",
                        "MatMul",
                        "EPContext",
                        "Conv",
                    )
                )
            case 1:
                graph.node.remove(node)
            case 2 if node.input:
                node.input[draw.randrange(len(node.input))] = draw.choice(
                    ("pre", "post", "building", "scale", "nobody", "")
                )
            case 3:
                node.output[0] = draw.choice(("building", "damage", "pre", "nobody", ""))
            case 4:
                node.domain = draw.choice(("com.microsoft", "ai.onnx.ml", "x", "ai.onnx"))
            case 5:
                del tensor.dims[:]
                tensor.dims.extend(draw.choice(NUMBERS) % 2**62 for _ in range(draw.choice((0, 1, 4, 9))))
            case 6:
                tensor.raw_data = draw.choice((b"", b"\xff" * 4, b"\x00\x00\xc0\x7f", b"\x00" * 400))
            case 7:
                tensor.data_type = draw.choice((0, 1, 2, 7, 8, 10, 11, 14, 16, 17, 22, 23, 99))
            case 8:
                tensor.data_location = TensorProto.EXTERNAL
                entry = tensor.external_data.add()
                entry.key, entry.value = (
                    "location",
                    draw.choice(("x.bin", "../x.bin", "/etc/passwd", "*/_ORT_MEM_ADDR_/*")),
                )
            case 9:
                end = draw.choice((*graph.input, *graph.output))
                length = end.type.tensor_type.shape.dim[draw.randrange(4)]
                length.dim_value = draw.choice((0, 1, 3, 4, 5, 64, 2**31, 2**62))
            case 10:
                end = draw.choice((*graph.input, *graph.output))
                end.name = draw.choice(("pre", "post", "building", "damage", "", "x\x1b[2J"))
            case 11:
                model.opset_import[0].version = draw.choice((0, 1, 10, 11, 13, 18, 21, 22, 2**40, -1))
    return _sealed(folder, model.SerializeToString())


def _zip(corpus: Corpus, place: Path) -> bytes:
    return zip_bundle(corpus.model, place / "bundle.xv2.zip").read_bytes()


def archive_bytes(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A zip that was cut or damaged, mostly in its lists."""
    data = _zip(corpus, place)
    if draw.random() < 0.3:
        data = truncated(draw, data)
    elif draw.random() < 0.5:  # the list of files and what points to it
        start = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
        data = data[:start] + changed_bytes(draw, data[start:])
    else:
        data = changed_bytes(draw, data)
    (place / "bundle.xv2.zip").write_bytes(data)
    return {"model": str(place / "bundle.xv2.zip")}


_NAMES = (
    "../x.onnx", "/x.onnx", "C:/x", "a\\b", "NUL", "aux.onnx", "./joint.onnx", "joint.onnx", "JOINT.ONNX",
    "model.json", "a/model.json",
    "b/c/d", "x" * 300, "é", "a:b", " ", ".", "", "a/", "x.bin", "\x01", "con.json", "model.json ",
)  # fmt: skip


def archive_lists(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A zip with other names, sizes, methods and kinds of files than a bundle has."""
    target = io.BytesIO()
    with zipfile.ZipFile(
        target, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    ) as archive:
        prefix = draw.choice(("", "", "tiny/", "../", "/", "a/b/"))
        for name in (_CARD, _NETWORK):
            archive.write(corpus.model / name, prefix + name)
        for _ in range(draw.choice((0, 1, 1, 3, 80))):
            entry = zipfile.ZipInfo(draw.choice((prefix, "")) + draw.choice(_NAMES))
            entry.external_attr = draw.choice((0, 0, 0o120777, 0o040755, 0o010644, 0o104755)) << 16
            archive.writestr(entry, draw.choice((b"", b"x", b"/etc/passwd", bytes(1_000_000))))
    data = bytearray(target.getvalue())
    if draw.random() < 0.6:
        start = data.rfind(b"PK\x01\x02")
        offset, form = draw.choice(
            ((20, "<I"), (24, "<I"), (42, "<I"), (8, "<H"), (10, "<H"), (16, "<I"), (28, "<H"), (30, "<H"))
        )
        size = 2 ** (8 * struct.calcsize(form))
        struct.pack_into(form, data, start + offset, draw.choice(NUMBERS) % size)
    (place / "bundle.xv2.zip").write_bytes(data)
    return {"model": str(place / "bundle.xv2.zip")}


KINDS: tuple[Kind, ...] = (card_tree, card_values, network_bytes, network_graph, archive_bytes, archive_lists)
