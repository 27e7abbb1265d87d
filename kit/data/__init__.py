"""Any export → checked contract tables and daily facts (数据)."""
