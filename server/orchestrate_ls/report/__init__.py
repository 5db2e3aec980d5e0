"""What became of a plan: metrics, the report after (or during) its run, what was learned, and pictures of it.

Events, plan, evidence and time are passed in; only ``past_plans`` reads anything, and nothing is written.
"""
