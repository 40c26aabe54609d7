"""Where the records show that SOSFS 2011:9 is done."""
