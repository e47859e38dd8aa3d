"""What stands in the slots of templates: types, counts of distinct values, numbers with their units."""
