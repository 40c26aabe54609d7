"""The process of a self-check: its table and its verbs."""
