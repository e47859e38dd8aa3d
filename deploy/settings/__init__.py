"""What a configuration holds: parts, sources, a user's own formats and masks, with samples; its mistakes, in words."""
