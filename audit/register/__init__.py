"""The lists of the log, as their readers narrow them and take them out."""
