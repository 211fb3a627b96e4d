/** Exits 0 if this host's emulator answers on the given port, whatever the answer; otherwise exits 1 and prints why. */
const port = process.argv[2];

try {
  await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(4000) });
} catch (error) {
  console.error(`Asked the emulator on port ${port}; saw ${error.cause?.message ?? error.message}.`);
  process.exitCode = 1;
}
