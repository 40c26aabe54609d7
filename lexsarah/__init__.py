"""Reports and investigations of misconduct (SoL 27 kap., SOSFS 2011:5)."""
