"""A user's regular expressions, of the kind that can be matched in linear time."""
