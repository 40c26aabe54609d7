"""The register of self-checks: its lists, its files, its import and what is counted of it."""
