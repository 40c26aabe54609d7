"""The annual quality report (SOSFS 2011:9 7 kap.)."""
