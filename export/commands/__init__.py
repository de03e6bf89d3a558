"""Commands of ``xview2-export``, one file each."""

from . import checkpoint, features, onnx, published, quantize, sizes, verify

#: In the order of the help.
COMMANDS = (
    onnx.COMMAND,
    published.COMMAND,
    quantize.COMMAND,
    features.COMMAND,
    sizes.COMMAND,
    checkpoint.COMMAND,
    verify.COMMAND,
)
