"""What leaves the command while it runs: results on stdout, progress on stderr."""
