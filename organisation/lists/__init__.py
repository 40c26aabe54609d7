"""Lists: how they are narrowed, ordered, and taken out as files."""
