// Runs the emulator until standard input ends: `node serve.mjs PORT BASE SEED`.
// BASE is the address in the links that it gives away; the seed is JSON. It prints its address once it listens.
import { createEmulator } from "emulate";

const [port, baseUrl, seed] = process.argv.slice(2);
const emulator = await createEmulator({
  service: "slack",
  port: Number(port),
  hostname: "127.0.0.1",
  baseUrl,
  seed: JSON.parse(seed),
});
console.log(emulator.url);
process.stdin.resume();
process.stdin.on("end", async () => {
  await emulator.close();
  process.exit(0);
});
