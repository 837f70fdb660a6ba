"""Many runs of one incident: who runs them, what is kept of each, what can honestly be said of all.

`case` is what runs have in common, `tally` and `course` what is kept of one run, `runs` the work of one worker,
`crew` the workers, `store` the files, `statistics` the intervals, `compare` pairs of runs that differ in one thing,
`sweep` all together. Nothing is imported here: a worker process loads only what its runs need.
"""
