"""Positions, line index, edits and the chunked document. Knows nothing of YAML."""
