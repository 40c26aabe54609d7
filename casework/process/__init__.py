"""What a process is made of, the engine that takes its steps, and the days by which they are due."""
