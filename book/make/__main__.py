"""Run one stage: ``python -m book.make STAGE ...``."""

import runpy
import sys

if len(sys.argv) < 2:
    sys.exit("Expected the name of a stage, one of the files in book/make, found none.")
runpy.run_module(f"book.make.{sys.argv.pop(1)}", run_name="__main__", alter_sys=True)
