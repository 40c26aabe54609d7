"""What an event brings besides the case: the notification to IVO, other duties, and whom it concerns."""
