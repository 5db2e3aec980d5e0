"""A language model's draft of a plan: asked for, read as data, checked by all rules, and mended."""
