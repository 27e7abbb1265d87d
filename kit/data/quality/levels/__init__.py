"""Units and impossible values (单位与量级): what a factor of 10, 100 or 10,000 would betray.

Ratios are compared, not volumes: a promotion multiplies spend, but not spend a click. What is
usual comes from the company's own earlier days, else from colleagues. `levels.yml` holds the
factors from which a finding is warned of, and from which the period file must confirm it.
"""
