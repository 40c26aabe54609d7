"""The yearly information to staff about the duty to report (SoL 27 kap. 3 §)."""
