"""From what an answer shows to its row in the log."""
