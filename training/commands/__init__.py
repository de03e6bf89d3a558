"""Commands of ``xview2-train``, one file each."""

from . import average, calibrate, check, evaluate, fit, predict, score, synthesize

#: In the order of the help.
COMMANDS = (
    fit.COMMAND,
    evaluate.COMMAND,
    predict.COMMAND,
    calibrate.COMMAND,
    average.COMMAND,
    score.COMMAND,
    check.COMMAND,
    synthesize.COMMAND,
)
