"""Letters as DOCX, by Phụ lục I of Nghị định 30/2020/NĐ-CP; the one place that uses python-docx."""
