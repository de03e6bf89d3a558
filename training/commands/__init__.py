"""Commands of ``xview2-train``, one file each."""

from . import average, calibrate, check, cross_validate, evaluate, fit, predict, score, synthesize

#: In the order of the help.
COMMANDS = (
    fit.COMMAND,
    evaluate.COMMAND,
    cross_validate.COMMAND,
    predict.COMMAND,
    calibrate.COMMAND,
    average.COMMAND,
    score.COMMAND,
    check.COMMAND,
    synthesize.COMMAND,
)
