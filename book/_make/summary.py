"""Say what was made, how long it took and which claims hold: ``python book/_make/summary.py PROFILE``."""

import sys
from pathlib import Path

from claims import ROOT, check, load_claims
from stage import chapter_facts


def main(profile):
    build = ROOT / "_build" if profile == "book" else ROOT / "_build" / profile
    for notebook in sorted((build / "src/notebooks").glob("*.ipynb")):
        chapter = notebook.stem
        values, _, seconds = chapter_facts(build, chapter)
        print(f"\n{chapter}: {seconds / 60:.1f} minutes, profile {profile}")
        for row in check(load_claims(chapter), values, profile):
            goal = f"; goal {row['goal']}" if row["goal"] else ""
            print(f"  {row['status']:>11}  {row['id']}: {row['measured']} ({row['required']}{goal})")
    print(f"\n{build / 'html/index.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).name)
