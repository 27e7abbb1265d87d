"""The page behind `4_retrospective` (复盘页)."""
