"""Who may see which readings, and what a list of them is narrowed by."""
