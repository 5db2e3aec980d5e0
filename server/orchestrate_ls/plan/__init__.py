"""Tree to plan: tasks, agents, durations, gates; every value can be found again in the text."""
