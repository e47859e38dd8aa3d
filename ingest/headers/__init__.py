"""What is told of headers: which format lines have, how sure that is, why, and what its fields read."""
