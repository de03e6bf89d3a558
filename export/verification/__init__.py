"""Is what was exported what was trained?"""
