"""Stored figures: of which time they are known, who reads them, and the rows behind each."""
