"""What has happened to a plan, and what follows from it: events to state, status, forecast, alerts.

Pure: history, plan and time of day are passed in. Where events are kept is known by ``execution``.
"""
