"""What the commands do: the parts put together, by the settings, for one person's question.

The only place where connector, storage, metrics and rules meet; `cli` calls it and prints.
"""
