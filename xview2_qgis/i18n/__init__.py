"""Texts as people see them: in the language of QGIS, and those of others without their markup."""
