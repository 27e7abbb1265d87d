"""Whether the data can be trusted (数据质量)."""
