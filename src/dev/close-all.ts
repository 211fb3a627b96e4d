/** Closes all, the last first. One that fails is reported, by default on standard error; the others close too. */
export async function closeAll(
  closers: readonly (() => Promise<unknown>)[],
  report: (message: string) => void = (message) => void process.stderr.write(`${message}\n`),
): Promise<void> {
  for (const close of [...closers].reverse()) await close().catch(({ message }: Error) => report(message));
}
