"""Pure functions: tests, limits, patterns and masks; counts in, findings out."""
