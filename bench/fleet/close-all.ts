/** Closes all, the last first. One that fails is reported on standard error, and does not stop the others. */
export async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of [...closers].reverse())
    await close().catch(({ message }: Error) => void process.stderr.write(`${message}\n`));
}
