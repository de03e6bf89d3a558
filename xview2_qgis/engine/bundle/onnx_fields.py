"""The fields of an ONNX file, as far as a network of a bundle may have them.

Numbers and types are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto up to version 10 of the format.
What is not in these tables is refused: a field that this reader does not know may be one that a runtime obeys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: ``int32`` stands for enumerations, too; ``bytes`` for text.
Kind = Literal["int32", "int64", "float", "double", "bytes", "message"]


@dataclass(frozen=True)
class Field:
    """A field of a message.

    Attributes:
        name: its name in onnx.proto.
        kind: type of its value.
        many: whether it may stand more than once.
        message: name of the message it holds.
        choice: name of the group of fields of which one may stand.
        refused: what is wrong with a network in which it is filled, to follow the name of the file; empty where
            it may stand.
    """

    name: str
    kind: Kind = "bytes"
    many: bool = False
    message: str = ""
    choice: str = ""
    refused: str = ""


def _message(name: str, message: str, *, many: bool = False, choice: str = "") -> Field:
    return Field(name, "message", many, message, choice)


def _refused(name: str, why: str, kind: Kind = "bytes") -> Field:
    return Field(name, kind, refused=why)


_ELSEWHERE = "keeps weights in other files, which checksums do not cover"
_FUNCTIONS = "brings functions of its own, which are not read here"
_SPARSE = "has sparse tensors, which are not read here"
_TRAINING = "has parts for training, which a network for use must not have"
_DEVICES = "says on which devices it runs, which is for the user to say"

_NOTES = _message("metadata_props", "StringStringEntryProto", many=True)
_DESCRIPTION = Field("doc_string")

#: Fields by number of each message that a network may consist of.
MESSAGES: dict[str, dict[int, Field]] = {
    "ModelProto": {
        1: Field("ir_version", "int64"),
        2: Field("producer_name"),
        3: Field("producer_version"),
        4: Field("domain"),
        5: Field("model_version", "int64"),
        6: _DESCRIPTION,
        7: _message("graph", "GraphProto"),
        8: _message("opset_import", "OperatorSetIdProto", many=True),
        14: _NOTES,
        20: _refused("training_info", _TRAINING, "message"),
        25: _refused("functions", _FUNCTIONS, "message"),
        26: _refused("configuration", _DEVICES, "message"),
    },
    "OperatorSetIdProto": {1: Field("domain"), 2: Field("version", "int64")},
    "StringStringEntryProto": {1: Field("key"), 2: Field("value")},
    "GraphProto": {
        1: _message("node", "NodeProto", many=True),
        2: Field("name"),
        5: _message("initializer", "TensorProto", many=True),
        10: _DESCRIPTION,
        11: _message("input", "ValueInfoProto", many=True),
        12: _message("output", "ValueInfoProto", many=True),
        13: _message("value_info", "ValueInfoProto", many=True),
        14: _message("quantization_annotation", "TensorAnnotation", many=True),
        15: _refused("sparse_initializer", _SPARSE, "message"),
        16: _NOTES,
    },
    "TensorAnnotation": {
        1: Field("tensor_name"),
        2: _message("quant_parameter_tensor_names", "StringStringEntryProto", many=True),
    },
    "NodeProto": {
        1: Field("input", many=True),
        2: Field("output", many=True),
        3: Field("name"),
        4: Field("op_type"),
        5: _message("attribute", "AttributeProto", many=True),
        6: _DESCRIPTION,
        7: Field("domain"),
        8: _refused("overload", _FUNCTIONS),
        9: _NOTES,
        10: _refused("device_configurations", _DEVICES, "message"),
    },
    "AttributeProto": {
        1: Field("name"),
        2: Field("f", "float"),
        3: Field("i", "int64"),
        4: Field("s"),
        5: _message("t", "TensorProto"),
        6: _message("g", "GraphProto"),
        7: Field("floats", "float", many=True),
        8: Field("ints", "int64", many=True),
        9: Field("strings", many=True),
        10: _message("tensors", "TensorProto", many=True),
        11: _message("graphs", "GraphProto", many=True),
        13: _DESCRIPTION,
        14: _message("tp", "TypeProto"),
        15: _message("type_protos", "TypeProto", many=True),
        20: Field("type", "int32"),
        21: _refused("ref_attr_name", _FUNCTIONS),
        22: _refused("sparse_tensor", _SPARSE, "message"),
        23: _refused("sparse_tensors", _SPARSE, "message"),
    },
    "TensorProto": {
        1: Field("dims", "int64", many=True),
        2: Field("data_type", "int32"),
        3: _refused("segment", "stores a tensor in pieces, which are not read here", "message"),
        4: Field("float_data", "float", many=True),
        5: Field("int32_data", "int32", many=True),
        6: Field("string_data", many=True),
        7: Field("int64_data", "int64", many=True),
        8: Field("name"),
        9: Field("raw_data"),
        10: Field("double_data", "double", many=True),
        11: Field("uint64_data", "int64", many=True),
        12: _DESCRIPTION,
        13: _refused("external_data", _ELSEWHERE, "message"),
        14: _refused("data_location", _ELSEWHERE, "int32"),
        16: _NOTES,
    },
    "ValueInfoProto": {1: Field("name"), 2: _message("type", "TypeProto"), 3: _DESCRIPTION, 4: _NOTES},
    "TypeProto": {
        1: _message("tensor_type", "TypeProto.Tensor", choice="value"),
        4: _message("sequence_type", "TypeProto.Sequence", choice="value"),
        6: Field("denotation"),
        8: _refused("sparse_tensor_type", _SPARSE, "message"),
        9: _message("optional_type", "TypeProto.Sequence", choice="value"),  # of the same fields
    },
    "TypeProto.Tensor": {1: Field("elem_type", "int32"), 2: _message("shape", "TensorShapeProto")},
    "TypeProto.Sequence": {1: _message("elem_type", "TypeProto")},
    "TensorShapeProto": {1: _message("dim", "Dimension", many=True)},
    "Dimension": {
        1: Field("dim_value", "int64", choice="value"),
        2: Field("dim_param", choice="value"),
        3: Field("denotation"),
    },
}
