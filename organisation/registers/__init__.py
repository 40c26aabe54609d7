"""Files of registers: read, checked line by line, and imported as one."""
