"""The shared module of *Predicting Pixels*: what a chapter, a test or a command imports.

One topic a file: `data`, `foreign`, `folders`, `degrade`, `patches`, `tiles`, `metrics`, `train`, `submission`, `plot`,
`report`, `results`, `files`. Models are not in here: a model is what a chapter teaches, so it is built in the chapter's
notebook.
"""
