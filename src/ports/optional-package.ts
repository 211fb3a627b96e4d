/** A feature needs packages that are not installed; the message is the command that installs them. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
}

/**
 * Loads what only some installations need. `packages` are the ones that the feature needs; throws a MissingPackageError
 * that names them when one of them is not there.
 */
export async function loadOptional<T>(
  feature: string,
  packages: readonly string[],
  load: () => T | Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isNotInstalled(error, packages)) throw error;
    const message = `${feature} needs packages that are not installed: npm install ${packages.join(' ')}`;
    throw new MissingPackageError(message, { cause: error });
  }
}

function isNotInstalled(error: unknown, packages: readonly string[]): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return isMissing && packages.some((name) => String(message).includes(`'${name}'`));
}
