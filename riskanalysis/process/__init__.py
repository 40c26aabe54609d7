"""The process of a risk analysis: its table, its verbs and what it asks."""
