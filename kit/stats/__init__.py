"""What rooms share: errors of days that resemble each other, intervals, many tests, draws."""
