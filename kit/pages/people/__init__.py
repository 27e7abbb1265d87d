"""The page behind `5_people` (人员页)."""
