"""How a stream's own headers are learned, where no named format says how its lines are written."""
