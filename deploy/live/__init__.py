"""Logs that grow: followed, judged at steady intervals, told once, until somebody says stop."""
