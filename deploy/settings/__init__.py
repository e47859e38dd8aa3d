"""What a configuration holds beside its parts: a user's own formats and masks, with samples; its mistakes, in words."""
