"""What is handed out of the log on request: about a case, or about what an employee has read."""
