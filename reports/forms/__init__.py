"""Forms of reports. Their shape only: what goes beyond one form is an action's refusal."""
