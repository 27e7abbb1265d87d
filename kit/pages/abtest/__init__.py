"""The page behind `3_ab_testing` (试验页)."""
