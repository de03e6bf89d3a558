"""What a result becomes for others: zones, files in their schemas, map, report; opened from buttons and menus."""
