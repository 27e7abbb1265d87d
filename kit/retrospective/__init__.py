"""What moved, how much of it was ours, and what follows (复盘)."""
