// A folder of its own for everything a test writes; gone when the test ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const work = mkdtempSync(path.join(tmpdir(), "pages-"));
process.chdir(work);
process.on("exit", () => {
  process.chdir("/");
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
});
