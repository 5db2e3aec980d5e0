"""The diagnostics, one file each: what it finds, how it is explained, how it is fixed."""
