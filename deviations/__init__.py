"""Complaints, views and quality deviations (SOSFS 2011:9 5 kap. 3 §)."""
