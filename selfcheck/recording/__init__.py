"""What a self-check found, and what is asked about it."""
