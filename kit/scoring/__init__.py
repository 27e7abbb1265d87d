"""Facts → indicator values → points → totals, grades and ranks (评分)."""
