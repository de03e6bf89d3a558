"""The report: what a result says, as one HTML page to read, print and send; made by a run, or later of its file."""
