"""The shared module of *Predicting Pixels*: what a chapter, a test or a command imports.

One topic a file: `data`, `degrade`, `metrics`, `train`, `tiles`, `plot`, `report`. Models are not in here: a
model is what a chapter teaches, so it is built in the chapter's notebook.
"""
