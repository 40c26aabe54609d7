"""Improvement measures, what recurs, and the register of routines (SOSFS 2011:9 4-5 kap.)."""
