"""A draft and a repository: existing work, real paths, the project's commands and its agents. Reads no disk."""
