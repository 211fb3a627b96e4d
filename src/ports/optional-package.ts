/** A feature needs packages that are not installed. The message contains the command that installs them. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
}

/**
 * Loads a module that only some installations need. Throws a MissingPackageError that names `packages` if one of them
 * is missing.
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
