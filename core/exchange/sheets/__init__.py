"""Files of rows: CSV tables, XLSX workbooks and vCards, read alike."""
