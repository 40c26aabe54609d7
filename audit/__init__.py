"""What proves what was done: who has read what, and that no history was rewritten."""
