"""The measured budgets of the portal; `make bench` runs this package.

It makes databases of its own in a data folder of its own, serves them with one gunicorn worker
over HTTP as an installation does, and compares what it measures with the budgets.
"""
