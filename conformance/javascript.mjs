// Decides cases with an exported module: node conformance/javascript.mjs MODULE.mjs < cases > results, one JSON text a line.
// A case is { "facts": …, "options": { "readings": …, "figures": … } }; where it has "text", that is read instead of the facts.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { decide, decideText } = await import(pathToFileURL(process.argv[2]));
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const { facts, text, options = {} } = JSON.parse(line);
  let result;
  try {
    result = text === undefined ? decide(facts, options) : decideText(text, options);
  } catch (error) {
    result = { status: "wrong_option", message: String(error.message) };
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
