"""Exactly the stored facts that a view draws: plain frozen values, no formatting, no Slack.

A service fills them from the database; a view turns them into words. Times are aware UTC datetimes, shares and error
rates are ratios (0.31 is 31 %), durations are timedeltas. Text that came from outside is held as it came: views cut and
escape it.
"""
