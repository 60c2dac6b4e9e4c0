// What every script of a client has: ways by their name, tried one after another, told as JSON.
import assert from "node:assert/strict";

export const URL = process.env.V1_URL;
export const KEY = "none-is-needed";
export const [ECHO, CALLS, VECTORS] = ["fast:1b", "tools:1b", "embed:1b"];
export const same = assert.deepEqual;

export async function tryAll(ways) {
  for (const [way, run] of Object.entries(ways)) {
    let told = { way, ok: true, detail: "" };
    try {
      await run();
    } catch (error) {
      console.error(error);
      told = { way, ok: false, detail: String(error).slice(0, 300) };
    }
    console.log(JSON.stringify(told));
  }
}
