"""Tests of the graph analysis and the schedules."""
