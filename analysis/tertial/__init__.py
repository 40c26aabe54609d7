"""A tertial: what the rules find in it, its workspace, and the analysis that people make of it."""
