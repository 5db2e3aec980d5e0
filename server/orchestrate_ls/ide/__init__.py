"""One file per editor feature; plain data in and out. Knows no LSP types."""
