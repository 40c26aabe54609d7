"""The verbs that all cases share, from number to purge."""
