"""What became secret is found in the queues and taken out.

`second_stage` says when, `erasing_copies` how.
"""
