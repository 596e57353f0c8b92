"""What a message may be: the guard, the envelope, the data of each type, and what can become of it.

Nothing here keeps a message or speaks to anybody.
"""
