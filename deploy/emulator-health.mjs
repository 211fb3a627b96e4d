/** Exits 0 when the emulator on this host answers on the port given, whatever the answer; else 1, with what was seen. */
const port = process.argv[2];

try {
  await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(4000) });
} catch (error) {
  console.error(`Asked the emulator on port ${port}; saw ${error.cause?.message ?? error.message}.`);
  process.exitCode = 1;
}
