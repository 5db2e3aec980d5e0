"""What `orchestrate init` writes into a project for its tools, and takes out again. The texts come from `commands/`."""
