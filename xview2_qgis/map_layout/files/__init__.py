"""Maps as files: PDF and PNG, which appear together or not at all."""
