"""Findings on plans: what a reader of the print, or of several plans side by side, would object to."""
