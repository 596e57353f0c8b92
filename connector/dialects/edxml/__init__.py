"""edXML, in which Vietnamese offices exchange documents, read into the contract's events.

What is read here may be secret. Of a message whose secrecy is not established as normal nothing
leaves but `connector.contract.verdicts`; no text of a message gets into an error, a log or a file.
"""
