"""Say what was made, how long it took and which claims hold: ``python -m book.make summary PROFILE NOTEBOOK...``.

The status is not 0 if the newest run of a notebook failed.
"""

import sys

from book.make.claims import judge
from book.make.paths import build_folder, failed_notebook, has_pages, pages_folder
from book.make.runs import read_outcome, read_run


def main(profile, notebooks):
    build = build_folder(profile)
    runs = {notebook: read_run(build, notebook) for notebook in notebooks}
    failed = []
    for notebook, run in runs.items():
        failure, partial = read_outcome(build, notebook)["failure"], failed_notebook(build, notebook)
        if failure:
            shown = "its page shows the last good run" if run else "it has no page"
            see = f" (see {partial})" if partial.is_file() else ""
            failed.append(f"{notebook} failed, {shown}: {failure}{see}")
            continue
        print(f"\n{notebook}: {run.provenance['seconds'] / 60:.1f} minutes, profile {profile}")
        for row in judge(notebook, run):
            goal = f"; goal {row['goal']}" if row["goal"] else ""
            print(f"  {row['status']:>11}  {row['id']}: {row['measured']} ({row['required']}{goal})")
    if has_pages(build):
        print(f"\n{pages_folder(build) / 'index.html'}", flush=True)
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
