"""The year's plan of self-checks."""
