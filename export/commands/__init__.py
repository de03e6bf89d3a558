"""Commands of ``xview2-export``, one file each."""

from . import onnx, published, quantize, verify

#: In the order of the help.
COMMANDS = (onnx.COMMAND, published.COMMAND, quantize.COMMAND, verify.COMMAND)
