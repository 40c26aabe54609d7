"""Organisation, people and roles."""
