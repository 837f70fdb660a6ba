"""The tabletop console in the browser: the host of an exercise, who may come in, and what each role sees."""
