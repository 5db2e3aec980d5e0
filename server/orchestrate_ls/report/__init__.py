"""What became of a plan: metrics, the report after (or during) its run, what was learned, and pictures of it.

Events, plan and evidence are passed in, and so is the time: nothing is read here, nothing written.
"""
