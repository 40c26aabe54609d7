"""A unit over time, and its page for the wall."""
