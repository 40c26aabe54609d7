"""Compilation of what happened (SOSFS 2011:9 5 kap. 6 §)."""
