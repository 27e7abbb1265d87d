"""The page behind `1_data_load` (数据页)."""
