"""Task lists of other tools become plans: one reader per format, plain text in, tasks and what was not carried over
out. Formats are read by their public documentation; nothing that a file says is executed or fetched.
"""
