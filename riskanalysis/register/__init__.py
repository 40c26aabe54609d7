"""The register of risk analyses: its list, its file, its import and what is counted of it."""
