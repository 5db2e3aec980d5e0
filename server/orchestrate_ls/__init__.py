"""Orchestrate: a language server, planner and scheduler for task plans."""

__version__ = "0.1.0"
