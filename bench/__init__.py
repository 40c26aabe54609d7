"""Benchmarks: each script prints ratios against the bare tool, measured in one run."""
