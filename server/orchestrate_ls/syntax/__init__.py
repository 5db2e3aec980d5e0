"""YAML text to a tree in which every key and value has its range. Never fails: a tree and errors, for any text."""
