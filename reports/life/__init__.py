"""The life of a report: its table of steps, and its first verbs."""
