"""Following a plan: where its events are kept, and how they are recorded."""
