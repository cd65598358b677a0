"""Raw files: found, sniffed, decoded and turned into cells with their places."""
