"""The page behind `2_kpi_scoring` (得分页)."""
