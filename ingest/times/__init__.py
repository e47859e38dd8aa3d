"""What a stream's times mean: their zone, year and order of day and month, and what is odd about them."""
