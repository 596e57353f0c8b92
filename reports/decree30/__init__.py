"""Phụ lục I of Nghị định 30/2020/NĐ-CP: what it asks of a document, and whether one keeps it."""
