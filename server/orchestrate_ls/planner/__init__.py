"""Goal to brief to draft to verified plan."""
