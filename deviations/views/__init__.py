"""Pages of deviations for those who are signed in: reporting, and handling what was reported."""
