"""A folder's plans and settings. The only place below the planner where the disk is read."""
