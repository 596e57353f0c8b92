"""Messages of an HSCV that does not speak the contract, turned into the contract's events.

How one speaks stands in a data file, its dialect. Secrecy comes first here as in the guard: of a
message whose secrecy is not established as normal nothing leaves this room but what
`connector.contract.verdicts` allows.
"""
