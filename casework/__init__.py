"""What every case has."""
