"""What follows from a score (结果应用): pay, growth, the closed loop, careers, places, fairness."""
