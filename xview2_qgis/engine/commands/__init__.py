"""Commands of ``xview2``: a module here (a :class:`..command_line.command.Command`), and an entry in the list."""

#: All commands with their help, in the order of the help. Only the one that is asked for is imported.
COMMANDS = {
    "assess": "find the buildings of an image pair and classify their damage",
    "batch": "assess many pairs of images with one model, and go on where an earlier batch ended",
    "facts": "what is known of a pair before a run: bands, dates, pixel sizes, overlap, and what to check",
    "sample": "draw buildings to review, so that totals get a range",
    "totals": "number of buildings of each class, with ranges from the reviewed sample",
    "score": "accuracy of a result, against a reference",
    "zones": "count buildings by districts, by the cells of a grid, or by hexagons",
    "publish": "write a result in the schema of others: Copernicus EMS, UNOSAT, OSM, GeoParquet, KML, tables, …",
    "report": "one page of a result as it is now, with map, numbers and limits, to read, print and send",
    "adapt": "rate the buildings of a result anew, by those that were reviewed",
    "export-reviewed": "write reviewed results with their images as a folder to train on",
    "models": "list, show, install, verify and remove models",
    "doctor": "what is installed, and which devices really run",
    "demo": "write a synthetic image pair with its truth",
}
