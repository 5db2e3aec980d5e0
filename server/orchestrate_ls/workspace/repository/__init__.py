"""What there is in a folder with code, read without executing anything: one file for each kind of manifest."""
