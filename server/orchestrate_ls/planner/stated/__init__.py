"""What a document states outright: its steps, how long they take, their order, who does them, and by when.

One file for each kind of statement. Nothing here knows the catalogue or plan files.
"""
