"""Fuzzing: bytes made up by a program that watches which lines they reach. `python -m tests.fuzz --help` runs it."""
