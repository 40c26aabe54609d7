"""What is counted, by what it can be split, and what all of it is called."""
