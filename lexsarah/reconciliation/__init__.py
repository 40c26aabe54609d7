"""What units have marked, against what the investigator has received."""
