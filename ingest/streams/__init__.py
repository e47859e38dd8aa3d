"""What files and pipes hold, as bytes: found, unpacked, decoded, and cut at entry borders."""
